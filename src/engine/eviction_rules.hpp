// What the plan of an eviction and its carrying out agree on: who may be evicted at all, and in
// which spans a P0 may get its GPUs.
#pragma once

#include <string>
#include <vector>

#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// Preemptible work of lower priority that holds its GPUs and was not told to stop.
bool may_be_evicted(const Reservation& reservation);
// "r-4 of bob is not preemptible"; precondition: it may not be evicted.
std::string why_not_evictable(const Reservation& reservation);

// A span in which the P0 could have its GPUs, and whom it may disturb for that.
struct EvictionSpan {
    Span span;
    bool from_running = false;  // also those that have begun: there is time for their notice
};

// As wished, and, where the wish begins before a notice can run out, after the notice as well.
std::vector<EvictionSpan> eviction_spans(const State& state, const ReservationRequest& request,
                                         const Wish& wish, Instant now);

// From when on a continuation of the running reservation counts its work as still to do.
Instant last_saved(const Reservation& reservation);
// What was left of its booked time then, with the allowance for restarting; at least one slot.
std::int32_t slots_to_continue(const State& state, const Reservation& reservation);

}  // namespace berth
