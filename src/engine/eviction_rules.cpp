#include "engine/eviction_rules.hpp"

#include <algorithm>
#include <cmath>

namespace berth {

bool may_be_evicted(const Reservation& reservation) {
    switch (reservation.state) {
        case ReservationState::confirmed:
        case ReservationState::starting:
        case ReservationState::running:
        case ReservationState::overrunning:
            return reservation.kind == ReservationKind::work && reservation.preemptible &&
                   reservation.priority != Priority::P0;
        default:
            return false;
    }
}

std::string why_not_evictable(const Reservation& reservation) {
    const std::string who = reservation.id.text() + " of " + reservation.owner;
    if (reservation.kind == ReservationKind::maintenance) {
        return reservation.id.text() + " is maintenance";
    }
    if (reservation.priority == Priority::P0) return who + " is a P0 itself";
    if (reservation.state == ReservationState::releasing) return who + " is ending already";
    if (reservation.state == ReservationState::offered) {
        return who + " has it on offer and is about to answer";
    }
    if (!reservation.preemptible) return who + " is not preemptible";
    return who + " runs, and cannot be told in time";
}

std::vector<EvictionSpan> eviction_spans(const State& state, const ReservationRequest& request,
                                         const Wish& wish, Instant now) {
    const Instant told = now + state.policy->notice;
    if (wish.span.from >= told) return {{wish.span, true}};
    std::vector<EvictionSpan> spans{{wish.span, false}};
    Instant end = wish.span.to;
    if (!request.end) {
        const bool is_for_now = wish.span.from <= now && request.hours;
        const Duration length =
            is_for_now ? Duration(std::llround(*request.hours * 3'600'000.0)) : wish.span.length();
        end = state.grid.edge_at_or_after(told + length);
    }
    if (end > told && end <= state.grid.start_of(state.horizon)) {
        spans.push_back({{told, end}, true});
    }
    return spans;
}

Instant last_saved(const Reservation& reservation) {
    // A checkpoint that it began with is older than its start.
    const Instant began = reservation.start;
    if (!reservation.checkpoint) return began;
    return std::max(began, reservation.checkpoint->saved_at);
}

std::int32_t slots_to_continue(const State& state, const Reservation& reservation) {
    const Duration left = std::max<Duration>(reservation.booked_end - last_saved(reservation), {});
    const Duration length = left + state.policy->restart_allowance;
    const Duration slot = state.grid.slot_length();
    return std::max(1, static_cast<std::int32_t>((length + slot - Duration(1)) / slot));
}

}  // namespace berth
