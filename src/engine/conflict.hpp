// The refusal of a wish that the calendar has no room for: what is in the way, and the windows that
// would work.
#pragma once

#include "booking/refusal.hpp"
#include "engine/open_windows.hpp"
#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// Precondition: the wish does not fit. What the asker is changing does not count as in the way.
Refusal conflict(const State& state, const Wish& wish, const Asker& asker, Instant now);

}  // namespace berth
