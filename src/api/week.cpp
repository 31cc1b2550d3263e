#include "api/week.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace berth {

namespace {

using Days = std::chrono::local_days;

Days local_day(Instant instant, const SlotGrid& grid) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    std::sscanf(grid.local_iso(instant).c_str(), "%d-%u-%u", &year, &month, &day);
    return Days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

// In some zones the clocks skip midnight, or it comes twice; the edge of a slot is near then.
Instant midnight(Days day, const SlotGrid& grid) {
    for (const std::chrono::hours later : {std::chrono::hours(0), std::chrono::hours(1)}) {
        if (const auto instant = grid.from_local(day + later)) return *instant;
    }
    return std::chrono::sys_days(day.time_since_epoch());
}

}  // namespace

Span week_around(Instant instant, const SlotGrid& grid) {
    const Days today = local_day(instant, grid);
    const Days monday = today - (std::chrono::weekday(today) - std::chrono::Monday);
    return {midnight(monday, grid), midnight(monday + std::chrono::days(7), grid)};
}

}  // namespace berth
