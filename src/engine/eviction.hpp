// A P0 takes GPUs from preemptible work of lower priority: by a plan that its author has seen, with
// notice for what runs, and with a new window for whoever it disturbs.
#pragma once

#include <expected>

#include "booking/eviction_plan.hpp"
#include "engine/turn.hpp"
#include "engine/wish.hpp"

namespace berth {

// Whom this wish would disturb, chosen for the least harm; changes nothing. Refusals:
// nothing_to_evict; priority_not_allowed when it is not a P0.
// Precondition: the wish does not fit.
std::expected<EvictionPlan, Refusal> plan_eviction(const State& state,
                                                   const ReservationRequest& request,
                                                   const Wish& wish, Instant now);

// Carries the plan out. Refusals: plan_required, plan_stale, and what may not be evicted at all.
std::expected<void, Refusal> decide_eviction(Turn& turn, const Reserve& command);

// The reservation is running and loses its GPUs at the deadline: tells it, makes it stop then, and
// books its continuation.
void evict(Turn& turn, const Reservation& victim, NoticeKind kind, Instant deadline,
           std::optional<ReservationId> by, const std::string& why);

// Tick: the notice of a planned eviction is due.
void give_planned_notice(Turn& turn, const Reservation& victim);
// After its end: a victim that completed needs no continuation; one that left makes room for its
// P0.
void after_victim_ended(Turn& turn, const Reservation& victim);
// A P0 that was cancelled or moved disturbs nobody any more.
void call_off_evictions(Turn& turn, ReservationId by);

// settle(): a P0 whose victims have all left begins before their deadline.
void advance_starts(Turn& turn);

}  // namespace berth
