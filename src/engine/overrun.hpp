// The end of a booked window: a job may run a little longer where that breaks nobody's promise, and
// is told in time where it may not.
#pragma once

#include "engine/turn.hpp"

namespace berth {

// When the engine decides whether the job may run on: the notice before the end of its hold.
std::optional<Instant> end_decided_at(const Reservation& reservation, const Policy& policy);

// Tick: decides it. Its GPUs stay its own for a while, or it gets notice.
void decide_end(Turn& turn, const Reservation& reservation);

std::expected<void, Refusal> decide_expected_end(Turn& turn, const ReportExpectedEnd& command);

}  // namespace berth
