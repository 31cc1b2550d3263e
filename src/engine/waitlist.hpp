// Waiting for a window: a freed one goes to the first entry that fits, by priority and then by age,
// at once or as an offer that its owner answers.
#pragma once

#include <expected>

#include "engine/turn.hpp"
#include "engine/wish.hpp"

namespace berth {

// The wish does not fit and its author will wait. Refusals: bad_request for times that make no
// sense.
std::expected<void, Refusal> decide_wait(Turn& turn, const Reserve& command, const Wish& wish);
// Yes or no to an offered window. Precondition: the reservation is offered and the actor's own.
std::expected<void, Refusal> accept_offer(Turn& turn, const Reservation& entry);
std::expected<void, Refusal> decline_offer(Turn& turn, const Reservation& entry);

// Tick: its latest start, or the time to answer, has come.
void lapse(Turn& turn, const Reservation& entry);

// settle()
void serve_waitlist(Turn& turn);

}  // namespace berth
