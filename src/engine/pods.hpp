// Work of several pods says how many there are and how many GPUs each has of one node; what is
// asked of the GPUs follows from it, or has to agree with it.
#pragma once

#include <expected>
#include <optional>

#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "fleet/fleet.hpp"

namespace berth {

// With `count` and `per_node` as the work has them. Refusal: bad_request, with the field in which
// the two contradict each other.
std::expected<GpuRequest, Refusal> for_its_pods(const Fleet& fleet, const GpuRequest& asked,
                                                const std::optional<Workload>& workload);

}  // namespace berth
