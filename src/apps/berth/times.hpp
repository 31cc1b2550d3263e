// Times and lengths of time as people type them, in the site's zone, and as they read them.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "time/instant.hpp"
#include "time/slot_grid.hpp"

namespace berth::cli {

// What somebody typed: `at` is absent for "now".
struct TypedTime {
    std::optional<Instant> at;
};

// Understands: now, +4h, in 90m, +1d12h, 2h ago, 20:00 (the next), wed 20:00 (the next),
// today 20:00, tomorrow 8:00, yesterday 8:00, 2026-11-30 20:00, and RFC 3339. Errors are sentences;
// those about a day on which the clocks change say which times would do.
std::expected<TypedTime, std::string> parse_time(std::string_view text, const SlotGrid& grid,
                                                 Instant now);
// The same where a day alone will do, its midnight being meant: today, wed, 2026-11-30.
std::expected<TypedTime, std::string> parse_day_or_time(std::string_view text, const SlotGrid& grid,
                                                        Instant now);
// 4h, 90m, 2d, 1d12h; a plain number is hours. Error: a sentence.
std::expected<Duration, std::string> parse_length(std::string_view text);

// "Wed 25 Nov 20:00"
std::string short_time(Instant instant, const SlotGrid& grid);
// "Wed 25 Nov 20:00 – Fri 27 Nov 04:00"
std::string window_text(Instant start, Instant end, const SlotGrid& grid);
// "4 h", "36 h 30 min", "45 min"
std::string length_text(Duration length);
// "1 h 20 min", "45 s"
std::string duration_text(double seconds);

}  // namespace berth::cli
