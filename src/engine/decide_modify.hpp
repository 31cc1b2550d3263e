// Deciding on a change of an existing reservation: extend, shorten, move, rename. All or nothing:
// until the new window is certain the old one is kept.
#pragma once

#include <expected>

#include "booking/refusal.hpp"
#include "engine/turn.hpp"

namespace berth {

// No event when nothing would change.
std::expected<void, Refusal> decide_modify(Turn& turn, const Modify& command);

}  // namespace berth
