#include "json/field_error.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace berth::json {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

std::string listing(std::span<const std::string_view> names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text;
}

std::string shown(const boost::json::value& value) {
    std::string text = boost::json::serialize(value);
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return text;
    // Not within a character: bytes that go on with one begin with the bits 10.
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

}  // namespace

std::string join(std::string_view path, std::string_view name) {
    return path.empty() ? std::string(name) : std::string(path) + "." + std::string(name);
}

std::string nearest_name(std::string_view name, std::span<const std::string_view> known) {
    std::string nearest;
    std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const auto candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance >= best) continue;
        best = distance;
        nearest = candidate;
    }
    return nearest;
}

FieldError missing(std::string path) {
    std::string message = "\"" + path + "\" is missing";
    return {std::move(path), std::move(message)};
}

FieldError unknown_field(std::string path, std::string_view name,
                         std::span<const std::string_view> known) {
    const std::string nearest = nearest_name(name, known);
    std::string message = "there is no field \"" + path + "\"";
    message +=
        nearest.empty() ? "; known here: " + listing(known) : "; did you mean \"" + nearest + "\"?";
    return {std::move(path), std::move(message)};
}

FieldError wrong_type(std::string path, std::string_view expected,
                      const boost::json::value& found) {
    const std::string subject = path.empty() ? "the document" : "\"" + path + "\"";
    std::string message = subject + " must be " + std::string(expected) + ", not " + shown(found);
    return {std::move(path), std::move(message)};
}

FieldError not_one_of(std::string path, const boost::json::value& found,
                      std::span<const std::string_view> known) {
    std::string message = "\"" + path + "\" must be " + listing(known) + ", not " + shown(found);
    return {std::move(path), std::move(message)};
}

FieldError out_of_range(std::string path, double found) {
    std::string message = "\"" + path + "\" is out of range: " + shown(boost::json::value(found));
    return {std::move(path), std::move(message)};
}

}  // namespace berth::json
