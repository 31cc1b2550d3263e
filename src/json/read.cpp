#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <string>
#include <vector>

#include "json/field_error.hpp"

namespace berth::json {

namespace {

constexpr std::size_t deepest = 64;

boost::json::parse_options strict_options() {
    boost::json::parse_options options;
    options.max_depth = deepest;
    return options;
}

// Boost.JSON keeps the last of two equal keys without a word; this handler only looks for them.
struct KeyWatcher {
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    using Error = boost::json::error_code;
    using Text = boost::json::string_view;

    std::vector<std::set<std::string>> objects;
    std::string key;
    std::string duplicate;

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, Error&) {
        objects.pop_back();
        return true;
    }
    bool on_array_begin(Error&) { return true; }
    bool on_array_end(std::size_t, Error&) { return true; }
    bool on_key_part(Text part, std::size_t, Error&) {
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(Text part, std::size_t, Error& error) {
        key.append(part.data(), part.size());
        if (!objects.back().insert(key).second) {
            duplicate = key;
            error = boost::json::make_error_code(boost::json::error::syntax);
            return false;
        }
        key.clear();
        return true;
    }
    bool on_string_part(Text, std::size_t, Error&) { return true; }
    bool on_string(Text, std::size_t, Error&) { return true; }
    bool on_number_part(Text, Error&) { return true; }
    bool on_int64(std::int64_t, Text, Error&) { return true; }
    bool on_uint64(std::uint64_t, Text, Error&) { return true; }
    bool on_double(double, Text, Error&) { return true; }
    bool on_bool(bool, Error&) { return true; }
    bool on_null(Error&) { return true; }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }
};

std::string sentence_for(const boost::json::error_code& code, std::string_view text,
                         std::size_t at) {
    using enum boost::json::error;
    std::string why = "it is not valid JSON";
    const bool beyond_ascii = at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80;
    if (code == syntax && beyond_ascii) why = "its text is not UTF-8";
    if (code == too_deep) why = "it is nested more than 64 levels deep";
    if (code == incomplete) why = "it ends too early";
    if (code == extra_data) why = "something follows the end of the document";
    if (code == illegal_leading_surrogate || code == illegal_trailing_surrogate ||
        code == expected_utf16_escape) {
        why = "it holds a broken \\u escape";
    }
    return "the JSON cannot be read: " + why + " (at byte " + std::to_string(at) + ")";
}

}  // namespace

std::expected<boost::json::value, FieldError> read(std::string_view text) {
    boost::json::error_code error;
    boost::json::basic_parser<KeyWatcher> watcher(strict_options());
    const std::size_t seen = watcher.write_some(false, text.data(), text.size(), error);
    const std::string& duplicate = watcher.handler().duplicate;
    if (!duplicate.empty()) {
        return std::unexpected(
            FieldError{duplicate, "the field \"" + duplicate + "\" stands twice; keep one"});
    }
    if (!error && seen < text.size() &&
        text.substr(seen).find_first_not_of(" \t\r\n") != std::string_view::npos) {
        error = boost::json::make_error_code(boost::json::error::extra_data);
    }
    if (error) return std::unexpected(FieldError{"", sentence_for(error, text, seen)});
    auto value = boost::json::parse(text, error, {}, strict_options());
    if (error) return std::unexpected(FieldError{"", sentence_for(error, text, text.size())});
    return value;
}

}  // namespace berth::json
