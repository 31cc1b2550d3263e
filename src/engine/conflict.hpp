// The refusal of a wish that the calendar has no room for: what is in the way, and the windows that
// would work.
#pragma once

#include <optional>

#include "booking/refusal.hpp"
#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// Precondition: the wish does not fit. `ignoring` does not count as in the way: a reservation that
// is to be changed.
Refusal conflict(const State& state, const Wish& wish, Instant now,
                 std::optional<Holder> ignoring = {});

}  // namespace berth
