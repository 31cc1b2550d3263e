#include "engine/book_again.hpp"

#include <algorithm>

#include "engine/decide_reserve.hpp"

namespace berth {

namespace {

Slot first_slot_from(const SlotGrid& grid, Instant instant) {
    const Slot slot = grid.slot_at(instant);
    return grid.start_of(slot) == instant ? slot : slot + 1;
}

}  // namespace

std::optional<WishedGpus> gpus_asked_by(const State& state, const Reservation& reservation) {
    auto gpus = choose_gpus(*state.fleet, reservation.asked);
    if (!gpus) return std::nullopt;
    return std::move(*gpus);
}

std::int32_t slots_lost_by(const State& state, const Reservation& reservation) {
    return state.grid.covering({reservation.start, reservation.booked_end}).slots();
}

std::optional<Placement> nearest_window(const State& state, const WishedGpus& gpus,
                                        std::int32_t slots, Instant not_before, Instant now) {
    const Slot first = first_slot_from(state.grid, std::max(not_before, now));
    const Slot last = state.calendar.horizon() - slots;
    return gpus.named() ? state.calendar.earliest_of(gpus.ids, slots, first, last)
                        : state.calendar.earliest(gpus.wish, slots, first, last);
}

bool book_again(Turn& turn, ReservationId displaced, const std::string& why) {
    const State& state = turn.state();
    const Reservation reservation = *state.find(displaced);
    const auto gpus = gpus_asked_by(state, reservation);
    if (!gpus) return false;
    const auto window = nearest_window(state, *gpus, slots_lost_by(state, reservation),
                                       reservation.start, turn.now());
    if (!window) return false;
    turn.follow(WindowBooked{displaced, ids_of(*state.fleet, window->gpus), window->span.from,
                             window->span.to},
                why);
    return true;
}

}  // namespace berth
