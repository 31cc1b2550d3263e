#include "report/hours.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "report/spans.hpp"

namespace berth {

namespace {

constexpr std::int32_t week_length = 168;
// 1970-01-01, where a grid begins to count, was a Thursday.
constexpr std::int32_t first_monday_before = -3 * 24;

// One slot is one hour of the site's wall clock.
SlotGrid hourly(const SlotGrid& grid) {
    return SlotGrid::make(grid.zone_name(), std::chrono::hours(1)).value();
}

std::int32_t week_number(Slot hour) {
    const std::int32_t number = hour.number - first_monday_before;
    return number >= 0 ? number / week_length : -((week_length - 1 - number) / week_length);
}

Slot monday_of(std::int32_t week) {
    return {week * week_length + first_monday_before};
}

}  // namespace

std::vector<Hour> hours_of(const Span& period, const SlotGrid& grid) {
    std::vector<Hour> hours;
    if (period.empty()) return hours;
    const SlotGrid clock = hourly(grid);
    const Window slots = clock.covering(period);
    const std::int32_t first_week = week_number(slots.first);
    hours.reserve(static_cast<std::size_t>(slots.slots()));
    Instant start = clock.start_of(slots.first);
    for (Slot slot = slots.first; slot < slots.last; slot = slot + 1) {
        const Instant end = clock.start_of(slot + 1);
        const Span span = common({start, end}, period);
        start = end;
        if (span.empty()) continue;
        const std::int32_t week = week_number(slot);
        hours.push_back({.span = span,
                         .of_week = static_cast<std::size_t>(slot - monday_of(week)),
                         .week = static_cast<std::size_t>(week - first_week)});
    }
    return hours;
}

std::vector<Span> weeks_of(const Span& period, const SlotGrid& grid) {
    std::vector<Span> weeks;
    if (period.empty()) return weeks;
    const SlotGrid clock = hourly(grid);
    const Window slots = clock.covering(period);
    const std::int32_t last = week_number(slots.last - 1);
    for (std::int32_t week = week_number(slots.first); week <= last; ++week) {
        weeks.push_back({clock.start_of(monday_of(week)), clock.start_of(monday_of(week + 1))});
    }
    return weeks;
}

Span whole_weeks_up_to(Instant now, int weeks, const SlotGrid& grid) {
    const SlotGrid clock = hourly(grid);
    const std::int32_t week = week_number(clock.slot_at(now));
    return {clock.start_of(monday_of(week - weeks)), now};
}

}  // namespace berth
