// Waiting for a window: a freed one goes to the first entry that fits, by priority and then by age,
// at once or as an offer that its owner answers.
//
// An entry may start from its wished start to its latest start: on the grid, or at once within the
// slot that runs. It gets the earliest window in which all of its wish is free; partial room is not
// saved up for it. Since this is looked at in every commit that frees something, before anybody
// else can ask, nobody after it takes what it could use. An entry whose team has no quota left is
// passed over until the quota frees.
//
// Complexity: entries with the same wish (GPUs and length) share their searches, a microsecond each
// for indexed windows; a scan is linear in the number of different wishes that wait.
#pragma once

#include <expected>

#include "engine/turn.hpp"
#include "engine/wish.hpp"

namespace berth {

// The wish does not fit and its author will wait. Refusals: bad_request or beyond_horizon for a
// latest start that makes no sense, quota_exceeded when the quota allows neither the first nor the
// last window.
std::expected<void, Refusal> decide_wait(Turn& turn, const Reserve& command, const Wish& wish);
// Yes or no to an offered window. Precondition: the reservation is offered and the actor's own.
std::expected<void, Refusal> accept_offer(Turn& turn, const Reservation& entry);
std::expected<void, Refusal> decline_offer(Turn& turn, const Reservation& entry);

// Tick: its latest start, or the time to answer, has come.
void lapse(Turn& turn, const Reservation& entry);

// settle()
void serve_waitlist(Turn& turn);

}  // namespace berth
