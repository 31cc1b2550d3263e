// The week that the calendar shows when nobody says which: Monday to Monday in the site's zone.
#pragma once

#include "time/slot_grid.hpp"

namespace berth {

Span week_around(Instant instant, const SlotGrid& grid);

}  // namespace berth
