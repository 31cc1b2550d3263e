#include "engine/recent_evictions.hpp"

#include <algorithm>

namespace berth {

EvictionRecord recent_evictions(const View& view, Instant now) {
    EvictionRecord record;
    for (const auto& [id, reservation] : view.reservations) {
        const bool counts = reservation->preemptible && reservation->started_at &&
                            reservation->kind == ReservationKind::work;
        if (!counts) continue;
        const Instant from = std::max(*reservation->started_at, now - ended_memory);
        const Instant to = std::min(reservation->ended_at.value_or(now), now);
        if (to <= from) continue;
        ++record.reservations;
        record.held += to - from;
        if (reservation->state == ReservationState::evicted) ++record.evicted;
    }
    return record;
}

}  // namespace berth
