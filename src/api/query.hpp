// Reading query parameters; a name that is not known is an error that names the nearest.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "time/instant.hpp"

namespace berth {

std::expected<void, Problem> check_query(const Request& request,
                                         std::span<const std::string_view> known);
std::expected<std::optional<Instant>, Problem> query_instant(const Request& request,
                                                             const std::string& name);
std::expected<std::optional<std::uint64_t>, Problem> query_number(const Request& request,
                                                                  const std::string& name);
// A number outside of the range is an error, as the route's description has it.
struct NumberRange {
    std::uint64_t smallest = 0;
    std::uint64_t largest = 0;
};
std::expected<std::optional<std::uint64_t>, Problem> query_number(const Request& request,
                                                                  const std::string& name,
                                                                  const NumberRange& range);
// From 1; `usual` without a word.
std::expected<std::size_t, Problem> query_limit(const Request& request, std::size_t usual,
                                                std::size_t largest);
Problem bad_query(std::string name, std::string detail);

}  // namespace berth
