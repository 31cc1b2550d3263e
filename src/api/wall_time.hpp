// Times as a person or an old script writes them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "time/slot_grid.hpp"

namespace berth {

// "2026-11-30T20:00:00" on the site's wall clock, seconds optional, or RFC 3339 with its offset.
std::expected<Instant, std::string> parse_wall_time(std::string_view text, const SlotGrid& grid);

// "2h", "90m", "45s", "1d", "1h30m". Error: a sentence.
std::expected<Duration, std::string> parse_duration(std::string_view text);

}  // namespace berth
