#include "engine/forget.hpp"

namespace berth {

namespace {

constexpr std::chrono::hours idempotency_memory{24};
constexpr std::chrono::days p0_memory{31};

// What `working` derives from the reservation as it has it.
void drop(State& working, ReservationId id) {
    working.calendar.release(holder_of(id));
    working.erase(id);
}

void restore(State& working, const std::shared_ptr<const Reservation>& reservation) {
    const ReservationId id = reservation->id;
    working.put(reservation);
    if (is_ended(reservation->state) || reservation->gpus.empty()) return;
    const Span span{reservation->start, reservation->end};
    if (span.empty()) return;
    if (!working.calendar.claim(holder_of(id), working.gpus_of(*reservation), span)) {
        throw std::logic_error(id.text() + " cannot get back what it held before a failed batch");
    }
}

}  // namespace

std::vector<ReservationId> forget_old(State& state, Instant time) {
    while (!state.idempotency_order.empty() &&
           state.idempotency_order.front().first + idempotency_memory < time) {
        state.idempotency.erase(state.idempotency_order.front().second);
        state.idempotency_order.pop_front();
    }
    while (!state.p0_made.empty() && state.p0_made.front().first + p0_memory < time) {
        state.p0_made.pop_front();
    }
    std::vector<ReservationId> gone;
    while (!state.ended.empty() && state.ended.front().first + ended_memory < time) {
        gone.push_back(state.ended.front().second);
        state.erase(gone.back());
        state.ended.pop_front();
    }
    return gone;
}

void roll_back(State& working, const View& committed, const BatchMark& mark,
               const std::set<ReservationId>& touched) {
    for (const ReservationId id : touched) drop(working, id);
    if (working.fleet != committed.fleet) {
        working.fleet = committed.fleet;
        working.calendar.set_fleet(committed.fleet);
    }
    working.occupants = committed.occupants;
    working.occupants_in_the_way = committed.occupants_in_the_way;
    for (const ReservationId id : touched) {
        if (const auto reservation = committed.share(id)) restore(working, reservation);
    }
    while (working.idempotency_order.size() > mark.keys) {
        working.idempotency.erase(working.idempotency_order.back().second);
        working.idempotency_order.pop_back();
    }
    working.ended.resize(mark.ended);
    working.p0_made.resize(mark.p0_made);
    working.last_number = committed.last_number;
    working.last_queue_number = committed.last_queue_number;
    working.room_appeared = mark.room_appeared;
    working.look_again = mark.look_again;
    working.last_sequence = committed.last_sequence;
    working.last_time = committed.last_time;
}

}  // namespace berth
