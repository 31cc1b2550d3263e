// The deadline question: "4 GPUs for 20 hours before Thursday 10:00?" Yes and the windows, or no,
// the earliest possible finish, and what would make it possible.
#pragma once

#include <expected>

#include "engine/permission.hpp"
#include "engine/plan.hpp"

namespace berth {

// A length, perhaps a deadline, perhaps a start before which it may not begin. Refusals:
// in_the_past, bad_request, and GPUs that there are none of.
std::expected<PlanAnswer, Refusal> plan_deadline(const State& state,
                                                 const ReservationRequest& request,
                                                 const Booker& booker, Instant now);

}  // namespace berth
