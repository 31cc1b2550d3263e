// Reads fields of the API server's objects without ever failing: what is missing, null or of
// another type is as if it were not said.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "time/instant.hpp"

namespace berth {

using FieldPath = std::initializer_list<std::string_view>;  // {"metadata", "name"}

const boost::json::value* field_at(const boost::json::object& object, FieldPath path);
// Empty where there is none: for walking on.
const boost::json::object& object_at(const boost::json::object& object, FieldPath path);
const boost::json::array& array_at(const boost::json::object& object, FieldPath path);
std::string text_at(const boost::json::object& object, FieldPath path);
bool flag_at(const boost::json::object& object, FieldPath path);
// A whole number, or a quantity that is one ("4"); 0 otherwise.
int number_at(const boost::json::object& object, FieldPath path);
// Digits and nothing else.
std::optional<int> whole_number(std::string_view text);
std::optional<Instant> instant_at(const boost::json::object& object, FieldPath path);
std::map<std::string, std::string> texts_at(const boost::json::object& object, FieldPath path);

}  // namespace berth
