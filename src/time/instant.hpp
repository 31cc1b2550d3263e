// Points and spans of time. Every stored time and every time in the API is an Instant: UTC, to the
// millisecond. A Span is half-open, [from, to), everywhere. Local times exist only at the edges
// (slot_grid.hpp converts).
#pragma once

#include <chrono>
#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace berth {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

struct Span {
    Instant from;
    Instant to;

    auto operator<=>(const Span&) const = default;

    [[nodiscard]] Duration length() const { return to - from; }
    [[nodiscard]] bool empty() const { return to <= from; }
    [[nodiscard]] bool contains(Instant instant) const { return from <= instant && instant < to; }
    [[nodiscard]] bool overlaps(const Span& other) const {
        return from < other.to && other.from < to;
    }
};

// "2026-11-30T20:00:00Z", with three decimals when the instant is not a whole second.
std::string to_rfc3339(Instant instant);

// Accepts RFC 3339 with "Z" or a numeric offset, and up to nine decimals (cut to milliseconds).
// The error is a sentence for the person who typed it.
std::expected<Instant, std::string> parse_rfc3339(std::string_view text);

}  // namespace berth
