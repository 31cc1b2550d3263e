// The nearest windows to a wish that cannot be had. Each, resubmitted at the same revision with its
// GPUs, start and end, is confirmed; of each kind there is none closer.
#pragma once

#include <vector>

#include "booking/eviction_plan.hpp"
#include "booking/refusal.hpp"
#include "engine/open_windows.hpp"
#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// How far a window is from the wish: by how much the work would be late, or early.
//   All of the wish at another time:  |its start − the wanted start|
//   A part of it at its time:         L · (1/s − 1), for the wished length L and the share s of the
//                                     wished GPU-hours: how much longer the work would take at
//                                     that rate. Half the GPUs, or half the length: L.
//   Other GPUs at the wanted time:    0
Duration distance(const Wish& wish, const Suggestion& suggestion);

// One of each kind at most, by distance; at the same distance all of the wish before a part, the
// same GPUs before others, later before earlier. Whole slots on the grid that begin now or later
// are searched. Other GPUs are not named for a time at which the same ones are free.
std::vector<Suggestion> suggest(const State& state, const Wish& wish, const Asker& asker,
                                Instant now);

Suggestion make_suggestion(const State& state, SuggestionKind kind, const Placement& placement,
                           std::string why);

// The window that a P0 would get by that plan: at the wanted time, and last of all suggestions.
Suggestion suggest_eviction(const EvictionPlan& plan);

// "2 h 30 min"
std::string length_text(Duration length);
// "1 GPU", "3 GPUs"
std::string count_text(std::size_t gpus);

}  // namespace berth
