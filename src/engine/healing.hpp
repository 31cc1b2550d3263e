// GPUs that fail, come back, or are to be left alone: what is booked on them moves to equal ones,
// and its owner is told when that cannot be.
#pragma once

#include <expected>

#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_health(Turn& turn, const ReportHealth& command);
// The inventory changed: what was booked on GPUs that are gone is moved as well.
std::expected<void, Refusal> decide_fleet(Turn& turn, const DeclareFleet& command);
std::expected<void, Refusal> decide_maintenance(Turn& turn, const Maintain& command);

// Whether all its GPUs can be used.
bool is_sound(const State& state, const Reservation& reservation);

// settle(): what stands in trouble or lost its window gets what has become free.
void heal(Turn& turn);

}  // namespace berth
