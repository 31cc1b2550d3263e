// The named schemas of a document: structs and enums that others refer to. Its two templates are
// defined in schema.hpp.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace berth::json {

class SchemaBook {
public:
    // What parse<T>() takes, and what print<T>() gives.
    template <class T>
    boost::json::value accepted();
    template <class T>
    boost::json::value printed();

    // Refers to the component; the first time, it is made.
    boost::json::value named(const std::string& name,
                             const std::function<boost::json::object()>& make);
    // A copy of what `reference` refers to.
    [[nodiscard]] boost::json::object resolved(const boost::json::value& reference) const;
    [[nodiscard]] const boost::json::object& components() const { return components_; }

private:
    boost::json::object components_;
};

// What `schema` allows, or null.
boost::json::value nullable(boost::json::value schema);
boost::json::object text_schema();
boost::json::object text_schema(std::string_view pattern);
boost::json::object time_schema();
boost::json::object integer_schema(boost::json::value smallest, boost::json::value largest);
boost::json::object list_schema(boost::json::value items);
// Adds a member to the schema of an object.
enum class Presence { required, optional };
void add_member(boost::json::object& schema, std::string_view name, boost::json::value member,
                Presence presence);

}  // namespace berth::json
