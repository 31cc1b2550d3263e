// The end of a booked window: a job may run a little longer where that breaks nobody's promise, and
// is told in time where it may not. In this order: its GPUs are free, so it runs on; who comes next
// can be moved to equal GPUs; the site lets who comes next wait, and said so when they booked;
// otherwise the next promise wins and the job gets notice.
//
// Decided one notice before the end of the hold, for one slot at most, and again one notice before
// the end of that: the slots behind stay bookable meanwhile. Interactive reservations, queue jobs
// and maintenance end at their end.
#pragma once

#include <expected>
#include <optional>

#include "engine/turn.hpp"

namespace berth {

// When the engine decides whether the job may run on: the notice before the end of its hold, not
// before its start. Nothing once it was told to stop.
std::optional<Instant> end_decided_at(const Reservation& reservation, const Policy& policy);

// Tick: decides it. Its GPUs stay its own for a while, or it gets notice.
void decide_end(Turn& turn, const Reservation& reservation);

// The job's progress foretells its end. Written when that changes what its owner should know: in
// time, late but within its buffer, too late; or by more than half an hour while late. Refusal:
// wrong_state when that attempt is not under way.
std::expected<void, Refusal> decide_expected_end(Turn& turn, const ReportExpectedEnd& command);

// settle(): what waits for an overrun that is over begins as soon as it was promised, or now.
void bring_forward_delayed(Turn& turn);

// For a P2 or P3 about to be booked, where the site lets successors wait: how late the jobs that
// end when it starts could make it. At least one slot of its window remains.
std::optional<Instant> may_start_late_until(const State& state, const Reservation& reservation);

// Who has the reservation's GPUs, or one of them, first after it, and from when: what an overrun or
// an extension would meet.
struct NextHolder {
    ReservationId id;
    Instant start;

    bool operator==(const NextHolder&) const = default;
};
std::optional<NextHolder> next_holder(const State& state, const Reservation& reservation);

}  // namespace berth
