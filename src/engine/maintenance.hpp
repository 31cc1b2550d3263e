// GPUs that are to be left alone for a while. It is booked like work: what has not begun there is
// moved to equal GPUs; what cannot be moved is in the way, and is displaced only when told to.
#pragma once

#include <expected>

#include "engine/turn.hpp"

namespace berth {

// Refusals: not_allowed (it is for operators, where the site has any), unknown_gpu, bad_request,
// those of times, and still_booked, which names what is in the way.
std::expected<void, Refusal> decide_maintenance(Turn& turn, const Maintain& command);

}  // namespace berth
