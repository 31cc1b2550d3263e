// GPU-hours that were booked and that nobody used: those of bookings that came to nothing (nobody
// came, cancelled after their start, failed), less what they did use, and less what others held of
// the same GPUs once they were given back.
#pragma once

#include <cstddef>
#include <vector>

#include "report/record.hpp"

namespace berth {

struct Lost {
    std::size_t booking = 0;  // its place in Record::bookings()
    Spans spans;              // one list for all its GPUs: a span may be there once for each
};

// In the order of the bookings; those that lost nothing are left out. Within the period's past.
std::vector<Lost> find_lost(const Record& record);

// The GPU-hours of it that lie in `span`.
double lost_hours(const Lost& lost, const Span& span);

}  // namespace berth
