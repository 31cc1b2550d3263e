#include <algorithm>

#include "engine/eviction.hpp"
#include "engine/overrun.hpp"
#include "engine/presence.hpp"
#include "engine/state.hpp"

namespace berth {

namespace {

using MaybeInstant = std::optional<Instant>;

MaybeInstant earlier(MaybeInstant a, MaybeInstant b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

MaybeInstant booked_end_passes_at(const Reservation& reservation) {
    const bool runs_on = reservation.end > reservation.booked_end;
    if (!runs_on || reservation.state != ReservationState::running) return std::nullopt;
    return reservation.booked_end;
}

// While it runs, without having been told to stop.
MaybeInstant due_while_running(const Reservation& reservation, const Policy& policy) {
    MaybeInstant due =
        earlier(planned_notice_at(reservation, policy), presence_due_at(reservation, policy));
    // How it ends is decided already.
    if (awaits_notice_of_eviction(reservation)) {
        return earlier(due, booked_end_passes_at(reservation));
    }
    if (!reservation.workload) return earlier(due, reservation.end);
    due = earlier(due, end_decided_at(reservation, policy));
    return earlier(due, booked_end_passes_at(reservation));
}

}  // namespace

std::optional<Instant> due_at(const Reservation& reservation, const Policy& policy) {
    switch (reservation.state) {
        case ReservationState::confirmed:
            // One whose GPUs are down at its start begins when they can be used, or never.
            return reservation.trouble ? reservation.end : reservation.start;
        case ReservationState::starting:
        case ReservationState::running:
        case ReservationState::overrunning:
            return due_while_running(reservation, policy);
        case ReservationState::releasing:
            if (!reservation.workload) return reservation.end;
            return std::nullopt;
        case ReservationState::waitlisted:
            return reservation.wait ? MaybeInstant(reservation.wait->latest_start) : std::nullopt;
        case ReservationState::offered:
            return reservation.wait->answer_by;
        default:
            return std::nullopt;
    }
}

}  // namespace berth
