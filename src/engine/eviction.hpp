// A P0 takes GPUs from preemptible work of lower priority: by a plan that its author has seen, with
// notice for what runs, and with a new window for whoever it disturbs.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "booking/eviction_plan.hpp"
#include "engine/turn.hpp"
#include "engine/wish.hpp"

namespace berth {

// Whom this wish would disturb, chosen for the least harm; changes nothing. For "now" (or within
// the notice) it starts when the notice has run out, if somebody who runs is disturbed. Refusals:
// nothing_to_evict; priority_not_allowed when it is not a P0.
// Precondition: the wish does not fit.
std::expected<EvictionPlan, Refusal> plan_eviction(const State& state,
                                                   const ReservationRequest& request,
                                                   const Wish& wish, Instant now);

// Carries the plan out. Refusals: plan_required, plan_stale, and what may not be evicted at all.
std::expected<void, Refusal> decide_eviction(Turn& turn, const Reserve& command);

// The reservation has begun and loses its GPUs at the deadline: tells it, and makes it stop then.
// Its hold ends at the deadline. Once whoever takes its GPUs holds them, book its continuation.
void evict(Turn& turn, const Reservation& victim, NoticeKind kind, Instant deadline,
           std::optional<ReservationId> by, const std::string& why);
// Whoever was evicted goes on in the nearest window from their deadline on: a new reservation (a
// new job of the queue) with the time that was left since the last checkpoint. Without any window
// it waits for one as what is displaced does.
void book_continuation(Turn& turn, ReservationId evicted, const std::string& why);

// Whether its eviction is decided and its notice is still to come.
bool awaits_notice_of_eviction(const Reservation& reservation);
// When that notice is due.
std::optional<Instant> planned_notice_at(const Reservation& reservation, const Policy& policy);
// Tick: it is.
void give_planned_notice(Turn& turn, const Reservation& victim);

// After its end: a victim that completed needs no continuation; that of any other takes over its
// checkpoint.
void after_victim_ended(Turn& turn, const Reservation& victim);

// settle(): whose GPUs nobody takes any more at the planned time keeps them. A P0 was cancelled or
// moved before the notice went out.
void call_off_evictions(Turn& turn);
// settle(): a P0 whose victims have all left begins before their deadline.
void advance_starts(Turn& turn);

}  // namespace berth
