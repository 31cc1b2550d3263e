// Deciding on a change of an existing reservation: extend, shorten, move, rename. All or nothing:
// until the new window is certain the old one is kept.
#pragma once

#include <expected>
#include <string>

#include "booking/refusal.hpp"
#include "engine/turn.hpp"

namespace berth {

// Whether this person may change that at all, as far as its state and its owner go.
std::expected<void, Refusal> may_modify(const State& state, const Modify& command,
                                        const std::string& actor);

// No event when nothing would change.
std::expected<void, Refusal> decide_modify(Turn& turn, const Modify& command);

}  // namespace berth
