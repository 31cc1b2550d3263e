// Counted GPUs may be moved to equal ones before the start: for an overrun, a failure, maintenance.
// Equal means all that was asked for, and the model and memory that the reservation has now.
#pragma once

#include <optional>
#include <span>

#include "engine/state.hpp"

namespace berth {

// Equal GPUs for the rest of the reservation's window from `from` on, which are free; those it has
// count as free. None of them is in `avoiding`. Nothing when there are none, and for named GPUs:
// they have no equals. The placement's span is what is left of the window.
// Precondition: it holds GPUs, and has not begun.
std::optional<Placement> equal_gpus(const State& state, const Reservation& reservation,
                                    Instant from, std::span<const GpuIndex> avoiding = {});

}  // namespace berth
