// The nearest windows to a wish that does not fit. Each is free on the calendar it was made from.
#pragma once

#include <vector>

#include "booking/refusal.hpp"
#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// Nearest first: other GPUs at the same time, the same GPUs or others later and earlier by their
// distance, then a shorter window, then fewer GPUs.
std::vector<Suggestion> suggest(const State& state, const Wish& wish, Instant now);

Suggestion make_suggestion(const State& state, SuggestionKind kind, const Placement& placement,
                           std::string why);

}  // namespace berth
