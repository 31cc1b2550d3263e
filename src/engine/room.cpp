#include "engine/room.hpp"

#include <algorithm>

namespace berth {

Instant next_end_of_a_hold(const State& state, Instant now) {
    Instant next = state.grid.start_of(state.grid.slot_at(now) + 1);
    for (const ReservationId id : state.begun) {
        const Instant end = state.find(id)->end;
        if (end > now) next = std::min(next, end);
    }
    return next;
}

}  // namespace berth
