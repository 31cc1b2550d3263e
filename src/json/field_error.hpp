// What is wrong with one field of a JSON document or a configuration, in words that help.
#pragma once

#include <boost/json/value.hpp>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace berth::json {

struct FieldError {
    std::string field;    // "gpus.count"; empty for the document itself
    std::string message;  // a sentence
};

FieldError missing(std::string path);
FieldError unknown_field(std::string path, std::string_view name,
                         std::span<const std::string_view> known);
FieldError wrong_type(std::string path, std::string_view expected, const boost::json::value& found);
FieldError not_one_of(std::string path, const boost::json::value& found,
                      std::span<const std::string_view> known);
FieldError out_of_range(std::string path, double found);

std::string join(std::string_view path, std::string_view name);

// The known name with the smallest edit distance, or "" when none is near.
std::string nearest_name(std::string_view name, std::span<const std::string_view> known);

// Parses a document of at most 64 levels; duplicate keys and text that is not UTF-8 are errors.
std::expected<boost::json::value, FieldError> read(std::string_view text);

}  // namespace berth::json
