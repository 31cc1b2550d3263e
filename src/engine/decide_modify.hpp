// Deciding on a change of an existing reservation: extend, shorten, move, rename. All or nothing:
// until the new window is certain the old one is kept.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "booking/command.hpp"
#include "booking/event.hpp"
#include "booking/refusal.hpp"
#include "engine/state.hpp"

namespace berth {

// No event when nothing would change.
std::expected<std::vector<Event>, Refusal> decide_modify(const State& state, const Modify& command,
                                                         const std::string& actor, Instant now);

}  // namespace berth
