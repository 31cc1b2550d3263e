// The hours of a period by the site's wall clock: which hour of the week each is (0 is Monday from
// 00:00 to 01:00), and in which calendar week, from Monday to Monday, it lies. An hour that the
// clocks skip is not there; one that they repeat is two hours long.
//
//     for (const Hour& hour : hours_of(period, grid)) share[hour.of_week] += …
#pragma once

#include <cstddef>
#include <vector>

#include "time/slot_grid.hpp"

namespace berth {

inline constexpr std::size_t hours_a_week = 168;

struct Hour {
    Span span;  // cut at the period's ends
    std::size_t of_week = 0;
    std::size_t week = 0;  // counted from the period's first
};

std::vector<Hour> hours_of(const Span& period, const SlotGrid& grid);

// The calendar weeks that the period touches, whole.
std::vector<Span> weeks_of(const Span& period, const SlotGrid& grid);

// From Monday 00:00, `weeks` weeks before the week that `now` is in, up to `now`.
Span whole_weeks_up_to(Instant now, int weeks, const SlotGrid& grid);

}  // namespace berth
