// Handing a reservation to another person or team: at once within its team or by who leads it, else
// when the other side accepts. What it becomes must fit the receiving team's quota.
#pragma once

#include <expected>
#include <string>

#include "engine/turn.hpp"

namespace berth {

// Whether this person may hand that over to anybody.
std::expected<void, Refusal> may_transfer(const State& state, const Transfer& command,
                                          const std::string& actor);
// Refusals: bad_request (to nobody, to whom it belongs, to an unknown team), wrong_state (ended,
// maintenance), not_allowed (the person is not of that team), quota_exceeded.
std::expected<void, Refusal> decide_transfer(Turn& turn, const Transfer& command);
// Yes or no to what is open: an offered window, which is its owner's to answer, or a transfer,
// which its receiver answers; its owner may take a transfer back by declining it. Refusals:
// wrong_state when nothing is open, not_allowed, and for a transfer quota_exceeded.
std::expected<void, Refusal> decide_accept(Turn& turn, const Accept& command);
std::expected<void, Refusal> decide_decline(Turn& turn, const Decline& command);

}  // namespace berth
