// When room appears although nothing happens.
#pragma once

#include "engine/state.hpp"

namespace berth {

// The next instant at which some hold ends: of what has begun, or at the next edge of the grid,
// where all else ends. Its end may be reported later than that, and leaves the room unused until
// then.
Instant next_end_of_a_hold(const State& state, Instant now);

}  // namespace berth
