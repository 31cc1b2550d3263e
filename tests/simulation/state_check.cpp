#include "simulation/state_check.hpp"

#include <algorithm>
#include <chrono>

#include "simulation/ledger.hpp"

namespace berth::simulation {

namespace {

std::optional<std::string> wrong_holding(const State& state, const Reservation& reservation,
                                         Instant passed) {
    const auto held = state.calendar.held_by(holder_of(reservation.id));
    const std::string id = reservation.id.text();
    if (!holds_gpus(reservation)) {
        if (held && held->span.to > passed) return id + " holds GPUs and should not";
        return std::nullopt;
    }
    if (reservation.end <= passed) return std::nullopt;  // the calendar forgets it
    if (!held) return id + " has lost its GPUs in the calendar";
    if (held->span.to != reservation.end) return id + " holds its GPUs until another time";
    if (held->gpus != state.gpus_of(reservation)) return id + " holds other GPUs";
    return std::nullopt;
}

// Operators were told of all that use GPUs of a node that somebody has booked within a day.
std::optional<std::string> untold_occupant(const State& state) {
    const Span next_day{state.last_time, state.last_time + std::chrono::hours(24)};
    for (const Occupant& one : *state.occupants) {
        if (state.occupants_in_the_way->contains(one)) continue;
        for (const Gpu& gpu : state.fleet->gpus()) {
            if (gpu.spec.node != one.node) continue;
            for (const Holding& held : state.calendar.holdings(gpu.index, next_day)) {
                const ReservationId id = id_of(held.holder);
                if (state.find(id)->kind == ReservationKind::maintenance) continue;
                return "nobody was told that " + one.name + " is in the way of " + id.text();
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> inconsistency(const State& state, Instant passed) {
    std::size_t due = 0;
    std::size_t in_order = 0;
    for (const auto& [id, reservation] : state.reservations) {
        if (auto wrong = wrong_holding(state, *reservation, passed)) return wrong;
        if (const auto at = due_at(*reservation, *state.policy)) {
            ++due;
            if (!state.due.contains({*at, id})) return id.text() + " is due at another time";
        }
        in_order += reservation->state == ReservationState::waitlisted ||
                    reservation->state == ReservationState::displaced;
    }
    if (auto untold = untold_occupant(state)) return untold;
    if (due != state.due.size()) return "something is due that is not there";
    if (in_order != state.wait_order.size()) return "the order of those that wait is not theirs";
    return std::nullopt;
}

std::optional<std::string> difference(const View& committed, const State& working) {
    if (committed.last_sequence != working.last_sequence) return "they are at different rows";
    if (committed.last_number != working.last_number) return "they gave different numbers";
    if (committed.occupants != working.occupants) return "they know different occupants";
    if (committed.occupants_in_the_way != working.occupants_in_the_way) {
        return "they know different occupants in somebody's way";
    }
    if (committed.fleet != working.fleet) return "they know different fleets";
    if (!std::ranges::equal(committed.reservations, working.reservations)) {
        return "they know different reservations";
    }
    return std::nullopt;
}

}  // namespace berth::simulation
