#include "simulation/tamper.hpp"

#include <vector>

#include "engine/look_up.hpp"

namespace berth::simulation {

namespace {

using Shared = std::shared_ptr<const Reservation>;

std::vector<Shared> confirmed(const State& state) {
    std::vector<Shared> found;
    for (const auto& [id, reservation] : state.reservations) {
        if (reservation->state == ReservationState::confirmed) found.push_back(reservation);
    }
    return found;
}

void take_all_for_preemptible(State& state) {
    std::vector<Shared> changed;
    for (const auto& [id, reservation] : state.reservations) {
        const bool is_safe = !reservation->preemptible && reservation->priority != Priority::P0 &&
                             reservation->kind == ReservationKind::work;
        if (!is_safe || is_ended(reservation->state)) continue;
        auto mistaken = std::make_shared<Reservation>(*reservation);
        mistaken->preemptible = true;
        changed.push_back(std::move(mistaken));
    }
    for (const Shared& reservation : changed) state.put(reservation);
}

// Their ranges become empty, so that no window is ever within them.
void pass_over_who_waits(State& state) {
    for (auto& [wish, group] : state.wait_groups) {
        for (auto& [rank, range] : group) range.last = range.first - 24;
    }
}

}  // namespace

void tamper(Flaw flaw, State& state) {
    if (flaw == Flaw::forgets_a_holding) {
        for (const Shared& reservation : confirmed(state)) {
            state.calendar.release(holder_of(reservation->id));
        }
    } else if (flaw == Flaw::forgets_a_start) {
        for (const Shared& reservation : confirmed(state)) {
            state.due.erase({reservation->start, reservation->id});
        }
    } else if (flaw == Flaw::passes_over_who_waits) {
        pass_over_who_waits(state);
    } else if (flaw == Flaw::mistakes_who_is_safe) {
        take_all_for_preemptible(state);
    }
}

std::shared_ptr<const Policy> tampered_policy(Flaw flaw, std::shared_ptr<const Policy> policy) {
    if (flaw != Flaw::warns_too_late) return policy;
    Policy shorter = *policy;
    shorter.notice /= 3;
    return std::make_shared<const Policy>(std::move(shorter));
}

Submission tampered_submission(Flaw flaw, const Submission& submission, faults::Random& random) {
    Submission sent = submission;
    if (flaw == Flaw::forgets_who_asked && random.one_in(200)) {
        if (random.one_in(2)) {
            sent.actor.clear();
        } else {
            sent.reason.clear();
        }
    }
    return sent;
}

}  // namespace berth::simulation
