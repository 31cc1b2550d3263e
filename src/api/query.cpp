#include "api/query.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace berth {

Problem bad_query(std::string name, std::string detail) {
    return {.status = 400,
            .code = "bad_request",
            .detail = std::move(detail),
            .field = std::move(name)};
}

std::expected<void, Problem> check_query(const Request& request,
                                         std::span<const std::string_view> known) {
    for (const auto& [name, value] : request.query) {
        if (std::ranges::find(known, name) != known.end()) continue;
        const std::string nearest = json::nearest_name(name, known);
        std::string detail = "there is no query parameter \"" + name + "\"";
        if (!nearest.empty()) detail += "; did you mean \"" + nearest + "\"?";
        return std::unexpected(bad_query(name, detail));
    }
    return {};
}

std::expected<std::optional<Instant>, Problem> query_instant(const Request& request,
                                                             const std::string& name) {
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    auto instant = parse_rfc3339(*text);
    if (!instant) return std::unexpected(bad_query(name, instant.error()));
    return *instant;
}

std::expected<std::optional<std::uint64_t>, Problem> query_number(const Request& request,
                                                                  const std::string& name) {
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const char* last = text->data() + text->size();
    const auto [end, error] = std::from_chars(text->data(), last, number);
    if (error != std::errc{} || end != last) {
        return std::unexpected(
            bad_query(name, "\"" + name + "\" must be a whole number from 0, not " + *text));
    }
    return number;
}

std::expected<std::optional<std::uint64_t>, Problem> query_number(const Request& request,
                                                                  const std::string& name,
                                                                  const NumberRange& range) {
    auto number = query_number(request, name);
    if (!number || !*number) return number;
    if (**number >= range.smallest && **number <= range.largest) return number;
    return std::unexpected(bad_query(name, "\"" + name + "\" must be from " +
                                               std::to_string(range.smallest) + " to " +
                                               std::to_string(range.largest)));
}

std::expected<std::size_t, Problem> query_limit(const Request& request, std::size_t usual,
                                                std::size_t largest) {
    const auto number = query_number(request, "limit");
    if (!number) return std::unexpected(number.error());
    const std::uint64_t limit = number->value_or(usual);
    if (limit >= 1 && limit <= largest) return limit;
    return std::unexpected(
        bad_query("limit", "\"limit\" must be from 1 to " + std::to_string(largest)));
}

}  // namespace berth
