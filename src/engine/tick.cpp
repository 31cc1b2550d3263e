#include "engine/tick.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/eviction.hpp"
#include "engine/healing.hpp"
#include "engine/overrun.hpp"
#include "engine/presence.hpp"
#include "engine/waitlist.hpp"

namespace berth {

namespace {

ReservationEnded ended(const Reservation& reservation, ReservationState how, std::string detail) {
    return {reservation.id, how, reservation.end, {}, std::move(detail)};
}

// It never began: none of its window counts as used.
void give_up(Turn& turn, const Reservation& reservation) {
    turn.emit(ReservationEnded{
        reservation.id,
        ReservationState::failed,
        reservation.start,
        {},
        reservation.trouble.value_or("its whole window passed while Berth was not running")});
}

// Before anything else is decided: whoever runs on may have to be shown in those windows, which
// the journal's guard allows only once they are given back. Nobody else is decided about by an
// offer that was not answered in time.
void give_up_what_has_passed(Turn& turn) {
    const State& state = turn.state();
    std::vector<ReservationId> passed;
    for (const auto& [at, id] : state.due) {
        if (at > turn.now()) break;
        const Reservation& reservation = *state.find(id);
        const bool waits = reservation.state == ReservationState::confirmed;
        const bool is_offered = reservation.state == ReservationState::offered;
        if (is_offered || (waits && reservation.end <= turn.now())) passed.push_back(id);
    }
    for (const ReservationId id : passed) {
        const auto reservation = state.share(id);
        if (reservation->state == ReservationState::offered) {
            lapse(turn, *reservation);
        } else {
            give_up(turn, *reservation);
        }
    }
}

void begin_or_give_up(Turn& turn, const Reservation& reservation) {
    const bool is_work = reservation.kind == ReservationKind::work;
    if (reservation.end > turn.now()) {
        if (is_work && !is_sound(turn.state(), reservation)) return tell_trouble(turn, reservation);
        return begin(turn, reservation);
    }
    give_up(turn, reservation);
}

// Its owner had it until its end, or until the notice they got ran out.
void end_without_job(Turn& turn, const Reservation& reservation) {
    const auto how = reservation.outcome.value_or(ReservationState::completed);
    turn.emit(ended(reservation, how, reservation.detail.value_or("")));
    after_victim_ended(turn, reservation);
}

void look_at_running(Turn& turn, const Reservation& reservation) {
    const Instant now = turn.now();
    const Policy& policy = turn.policy();
    if (const auto notice = planned_notice_at(reservation, policy); notice && *notice <= now) {
        give_planned_notice(turn, reservation);
    } else if (!reservation.workload && reservation.end <= now) {
        end_without_job(turn, reservation);
    } else if (const auto at = presence_due_at(reservation, policy); at && *at <= now) {
        look_for_presence(turn, reservation);
    } else if (const auto decided = end_decided_at(reservation, policy);
               decided && *decided <= now && !awaits_notice_of_eviction(reservation)) {
        decide_end(turn, reservation);
    } else {
        turn.emit(ReservationOverrunning{reservation.id});
    }
}

void look_at(Turn& turn, const Reservation& reservation) {
    switch (reservation.state) {
        case ReservationState::confirmed:
            return begin_or_give_up(turn, reservation);
        case ReservationState::waitlisted:
        case ReservationState::offered:
            return lapse(turn, reservation);
        case ReservationState::releasing:
            return end_without_job(turn, reservation);
        default:
            return look_at_running(turn, reservation);
    }
}

}  // namespace

void begin(Turn& turn, const Reservation& reservation) {
    const ReservationId id = reservation.id;
    const bool has_job = reservation.workload.has_value();
    const bool is_work = reservation.kind == ReservationKind::work;
    const Instant check_in_by = std::max(turn.now(), reservation.start) + turn.policy().check_in;
    const bool is_awaited = is_work && !has_job && check_in_by < reservation.end;
    turn.emit(ReservationStarting{id, reservation.attempt + 1});
    if (has_job) return;
    turn.emit(
        ReservationRunning{id, turn.now(), is_awaited ? std::optional(check_in_by) : std::nullopt});
}

void decide_tick(Turn& turn) {
    const State& state = turn.state();
    if (state.look_again && *state.look_again <= turn.now()) turn.forget_look_again();
    give_up_what_has_passed(turn);
    // One may be due for several things, and one thing may make another due.
    while (!state.due.empty() && state.due.begin()->first <= turn.now()) {
        const std::shared_ptr<const Reservation> reservation =
            state.share(state.due.begin()->second);
        look_at(turn, *reservation);
    }
}

std::optional<Instant> next_due(const State& state) {
    if (state.due.empty()) return state.look_again;
    const Instant due = state.due.begin()->first;
    return std::min(due, state.look_again.value_or(due));
}

}  // namespace berth
