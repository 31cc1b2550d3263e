// What the state lets go of, between two batches: what has grown old, and what never came to be.
#pragma once

#include <set>

#include "engine/state.hpp"

namespace berth {

// After the row of that time: idempotency keys a day old, P0s that no quota counts any more, and
// reservations that ended longer than ended_memory ago. Recovery calls it row by row, so that it
// finds what the writer found. Returns the reservations that are gone.
std::vector<ReservationId> forget_old(State& state, Instant time);

// How far a state had come before a batch.
struct BatchMark {
    explicit BatchMark(const State& state)
        : keys(state.idempotency_order.size()),
          ended(state.ended.size()),
          look_again(state.look_again),
          room_appeared(state.room_appeared),
          p0_made(state.p0_made.size()) {}

    std::size_t keys;
    std::size_t ended;
    std::optional<Instant> look_again;
    bool room_appeared;
    std::size_t p0_made;
};

// Undoes a batch that was applied to `working` and never committed: `committed` is how things stood
// at `mark`, `touched` is every reservation that the batch made or changed.
void roll_back(State& working, const View& committed, const BatchMark& mark,
               const std::set<ReservationId>& touched);

}  // namespace berth
