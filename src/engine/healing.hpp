// GPUs that fail and come back: what is booked on them moves to equal ones, and its owner is told
// when that cannot be. As soon as it can, it is helped.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "engine/turn.hpp"

namespace berth {

// Refusals: not_allowed (people other than operators, where the site has any); unknown_gpu;
// bad_request (only the inventory says that a GPU is gone).
std::expected<void, Refusal> decide_health(Turn& turn, const ReportHealth& command);
// The inventory changed: what was booked on GPUs that are gone is moved as well.
std::expected<void, Refusal> decide_fleet(Turn& turn, const DeclareFleet& command);

// The launcher says what a started job waits for: a trouble of its own beside that of GPUs.
std::expected<void, Refusal> decide_waiting(Turn& turn, const ReportWaiting& command);
// Its job runs: what it waited for stands in its way no more.
void tell_running(Turn& turn, const Reservation& reservation);

// Moves what has booked these GPUs, which cannot be used, or tells its owner.
void help_those_on(Turn& turn, std::span<const GpuIndex> down);

// Whether all its GPUs can be used.
bool is_sound(const State& state, const Reservation& reservation);

// Tick: it should begin, and a GPU of its is down although nobody was told. Tells its owner; it
// waits for help until its end.
void tell_trouble(Turn& turn, const Reservation& reservation);

// The move of what has not begun to equal GPUs outside `avoiding`, or nothing when there are none.
std::optional<ReservationMoved> move_to_equal_gpus(const State& state,
                                                   const Reservation& reservation, Instant now,
                                                   std::span<const GpuIndex> avoiding,
                                                   MoveCause cause, std::string why);

// settle(): what stands in trouble gets what has become free.
void heal(Turn& turn);

}  // namespace berth
