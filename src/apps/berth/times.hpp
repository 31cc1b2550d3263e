// Times as people type them, in the site's zone.
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

// Understands: now, +4h, +30m, +2d, 20:00 (the next), wed 20:00 (the next), today 20:00,
// tomorrow 8:00, 2026-11-30 20:00, and RFC 3339. Errors are sentences.
std::expected<TypedTime, std::string> parse_time(std::string_view text, const SlotGrid& grid,
                                                 Instant now);

// "Wed 25 Nov 20:00"
std::string short_time(Instant instant, const SlotGrid& grid);
// "Wed 25 Nov 20:00 – Fri 27 Nov 04:00"
std::string window_text(Instant start, Instant end, const SlotGrid& grid);
// "1 h 20 min", "45 s"
std::string duration_text(double seconds);

}  // namespace berth::cli
