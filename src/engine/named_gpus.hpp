// Where something else than Berth chooses among the GPUs of a node (Policy::named_gpus), who names
// GPUs gets them only as whole nodes. Their number beside them says that equal ones would do as
// well: that is a counted wish, of which these GPUs are the first choice.
#pragma once

#include <expected>

#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "fleet/fleet.hpp"
#include "policy/policy.hpp"

namespace berth {

// What is to be kept as asked for. Refusal: bad_request for some GPUs of a node without their
// number.
std::expected<GpuRequest, Refusal> keepable(const Policy& policy, const Fleet& fleet,
                                            const GpuRequest& asked);

}  // namespace berth
