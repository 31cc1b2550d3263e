#include "engine/presence.hpp"

#include <algorithm>
#include <chrono>

#include "engine/eviction.hpp"
#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

constexpr std::chrono::minutes warning_before_no_show{10};
// What is looked at so long after it was due was due while Berth was not running.
constexpr std::chrono::minutes outage{1};

bool runs(const Reservation& reservation) {
    return reservation.state == ReservationState::running ||
           reservation.state == ReservationState::overrunning;
}

bool has_notice(const Reservation& reservation, NoticeKind kind) {
    return reservation.notice && reservation.notice->kind == kind;
}

// Somebody else has claimed its GPUs already, or its end has come.
bool is_leaving(const Reservation& reservation) {
    return reservation.notice && !has_notice(reservation, NoticeKind::idle) &&
           !has_notice(reservation, NoticeKind::no_show);
}

bool is_awaited(const Reservation& reservation) {
    return reservation.check_in_by && !reservation.checked_in;
}

// Ten minutes before it is given away, or halfway where people have less than twenty.
Instant warned_of_no_show_at(const Reservation& reservation) {
    const Instant by = *reservation.check_in_by;
    const Duration half = (by - reservation.started_at.value_or(reservation.start)) / 2;
    return by - std::min<Duration>(half, warning_before_no_show);
}

// Since when nothing has spoken for its being used: neither its GPUs, nor its start, nor its owner.
Instant unused_since(const Reservation& reservation) {
    Instant since = *reservation.idle_since;
    since = std::max(since, reservation.started_at.value_or(reservation.start));
    return std::max(since, reservation.checked_in.value_or(since));
}

std::optional<Instant> idle_due_at(const Reservation& reservation, const Policy& policy) {
    if (!policy.idle || !reservation.idle_since) return std::nullopt;
    if (has_notice(reservation, NoticeKind::idle)) return reservation.notice->deadline;
    const Instant warned_at = unused_since(reservation) + *policy.idle;
    // Its end comes first.
    if (warned_at + policy.notice >= reservation.end) return std::nullopt;
    return warned_at;
}

void warn(Turn& turn, const Reservation& reservation, NoticeKind kind, Instant deadline,
          std::string why) {
    turn.follow(NoticeGiven{reservation.id, {kind, turn.now(), deadline, {}}}, std::move(why));
}

void end_unused(Turn& turn, const Reservation& reservation, const std::string& detail) {
    turn.follow(ReservationEnded{reservation.id, ReservationState::expired, turn.now(), {}, detail},
                detail);
    after_victim_ended(turn, reservation);
}

// The notice has run out, and whoever got it could tell Berth otherwise until then.
bool has_run_out(const Turn& turn, const Reservation& reservation, NoticeKind kind) {
    return has_notice(reservation, kind) && turn.now() - reservation.notice->deadline < outage;
}

void look_for_somebody(Turn& turn, const Reservation& reservation) {
    const Instant by = *reservation.check_in_by;
    if (has_run_out(turn, reservation, NoticeKind::no_show)) {
        return end_unused(turn, reservation,
                          "nobody checked in until " + turn.grid().local_text(turn.now()));
    }
    // Whoever could not reach Berth while it was down gets their time, warned before or not.
    const Instant deadline = std::max<Instant>(by, turn.now() + warning_before_no_show / 2);
    warn(turn, reservation, NoticeKind::no_show, deadline, "nobody has checked in yet");
}

void look_for_use(Turn& turn, const Reservation& reservation) {
    const std::string detail =
        "its GPUs have shown no use since " + turn.grid().local_text(*reservation.idle_since);
    if (!has_run_out(turn, reservation, NoticeKind::idle)) {
        const Instant deadline = turn.now() + turn.policy().notice;
        return warn(turn, reservation, NoticeKind::idle, deadline, detail);
    }
    if (!reservation.workload) return end_unused(turn, reservation, detail);
    turn.follow(ReservationReleasing{reservation.id, ReservationState::expired, detail, {}},
                detail);
}

std::expected<void, Refusal> cannot_check_in(const State& state, const Reservation& reservation) {
    const std::string id = reservation.id.text();
    std::string why = id + " has already ended or is ending";
    if (reservation.workload || reservation.kind != ReservationKind::work) {
        why = id + " needs nobody to check in: " +
              (reservation.workload ? "it runs a job" : "it is maintenance");
    } else if (reservation.state == ReservationState::confirmed) {
        why = id + " has not begun; check in from " + state.grid.local_text(reservation.start) +
              " on";
    } else if (is_waiting(reservation.state) || reservation.state == ReservationState::offered) {
        why = id + " has no window yet; check in once it has begun";
    }
    return std::unexpected(refusal(RefusalCode::wrong_state, "", std::move(why)));
}

void note_use(Turn& turn, const Reservation& reservation) {
    const bool was_warned = has_notice(reservation, NoticeKind::idle);
    if (reservation.idle_since) turn.emit(UseChanged{reservation.id, {}});
    if (was_warned) turn.follow(NoticeWithdrawn{reservation.id}, "its GPUs are in use again");
    if (is_awaited(reservation)) {
        turn.follow(CheckedIn{reservation.id, turn.now()}, "its GPUs are in use");
    }
}

void note_idleness(Turn& turn, const Reservation& reservation, Instant since) {
    since = std::min(since, turn.now());
    if (reservation.idle_since == since) return;
    const bool was_warned = has_notice(reservation, NoticeKind::idle);
    const bool was_used = reservation.idle_since && *reservation.idle_since < since;
    turn.emit(UseChanged{reservation.id, since});
    if (was_warned && was_used) {
        turn.follow(NoticeWithdrawn{reservation.id}, "its GPUs were in use meanwhile");
    }
}

}  // namespace

std::expected<void, Refusal> decide_check_in(Turn& turn, const CheckIn& command) {
    const auto found = look_up_own(turn.state(), command.id, command.if_revision, turn.actor());
    if (!found) return std::unexpected(found.error());
    const Reservation& reservation = **found;
    const bool for_people = !reservation.workload && reservation.kind == ReservationKind::work;
    if (!for_people || !runs(reservation)) return cannot_check_in(turn.state(), reservation);
    const bool was_warned = reservation.notice && !is_leaving(reservation);
    if (!reservation.checked_in || was_warned) {
        turn.emit(CheckedIn{command.id, turn.now()});
    }
    return {};
}

std::expected<void, Refusal> decide_use(Turn& turn, const ReportUse& command) {
    const auto found = look_up(turn.state(), command.id);
    if (!found) return std::unexpected(found.error());
    if (!runs(**found)) return {};
    const Reservation reservation = **found;
    if (command.idle_since) {
        note_idleness(turn, reservation, *command.idle_since);
    } else {
        note_use(turn, reservation);
    }
    return {};
}

std::optional<Instant> presence_due_at(const Reservation& reservation, const Policy& policy) {
    const bool concerned = reservation.kind == ReservationKind::work && runs(reservation);
    if (!concerned || is_leaving(reservation)) return std::nullopt;
    if (!is_awaited(reservation)) return idle_due_at(reservation, policy);
    if (has_notice(reservation, NoticeKind::no_show)) return reservation.notice->deadline;
    return warned_of_no_show_at(reservation);
}

void look_for_presence(Turn& turn, const Reservation& reservation) {
    if (is_awaited(reservation)) {
        look_for_somebody(turn, reservation);
    } else {
        look_for_use(turn, reservation);
    }
}

}  // namespace berth
