// What people rely on: that they begin when they were told, that they are warned before they are
// stopped, that a P0 takes only what may be taken.
#include <algorithm>

#include "booking/event.hpp"
#include "engine/look_up.hpp"
#include "simulation/invariants.hpp"

namespace berth::simulation {

// 2. A confirmed reservation starts at its time, unless its owner was told why not.
void Invariants::check_start(const Change& change) {
    if (change.before == nullptr || change.before->state != ReservationState::confirmed) return;
    const Reservation& before = *change.before;
    const Reservation& after = change.after;
    const bool by_person = change.row.actor != system_actor;
    const bool has_reason = !change.row.reason.empty() || (after.detail && !after.detail->empty());
    if (after.state == ReservationState::confirmed) {
        if (before.start == after.start && before.gpus == after.gpus) return;
        if (!by_person && !has_reason) violate(2, change, "it was moved and nobody says why");
        return;
    }
    if (after.state == ReservationState::starting) {
        if (change.row.time < after.start) violate(2, change, "it starts before its time");
        return;
    }
    if (!by_person && !has_reason) {
        violate(2, change, "it lost its confirmed window and nobody says why");
    }
}

void Invariants::check_nobody_is_late(Instant now) {
    for (auto next = to_start_.begin(); next != to_start_.end() && next->first <= now;) {
        const Reservation& reservation = *known_.at(next->second).now;
        const bool was_told = reservation.trouble.has_value() ||
                              reservation.may_start_late_until.value_or(Instant::min()) > now;
        // What was booked just now begins with the next Tick.
        const bool is_new = reservation.revision > seen_before_batch_;
        if (was_told || is_new) {
            ++next;
            continue;
        }
        violate(2, reservation.id.text() + " was to start at " + to_rfc3339(reservation.start) +
                       " and has not at " + to_rfc3339(now));
        next = to_start_.erase(next);
    }
}

// 6. Nobody is stopped without the notice they were promised. The booked end is known from the
// beginning; an earlier one is not.
bool Invariants::was_warned_in_time(const Known& known, const Reservation& after,
                                    Instant stopped_at) const {
    if (stopped_at >= after.booked_end) return true;
    if (!after.notice || !known.warned_at) return false;
    if (after.notice->kind == NoticeKind::no_show) {
        return stopped_at >= *after.started_at + site_.policy->check_in;
    }
    return stopped_at >= *known.warned_at + site_.policy->notice;
}

void Invariants::check_warning(const Change& change) {
    const Reservation& after = change.after;
    if (change.row.kind == "notice_given") {
        change.known.warned_at = change.row.time;
        const bool is_dated_back = after.notice->given_at < change.row.time;
        if (is_dated_back) violate(6, change, "the notice is dated back");
        return;
    }
    if (change.before == nullptr || !has_begun(change.before->state)) return;
    if (change.row.actor != system_actor) return;  // of its own accord
    const bool is_told_to_stop = change.row.kind == "reservation_releasing";
    const bool ends_unasked = change.row.kind == "reservation_ended" && !after.workload &&
                              change.before->state != ReservationState::releasing;
    if (!is_told_to_stop && !ends_unasked) return;
    // Who is evicted has until the deadline; everybody else is to stop now.
    const bool has_deadline = is_told_to_stop && after.outcome == ReservationState::evicted;
    const Instant stopped_at = has_deadline ? after.end : change.row.time;
    if (!was_warned_in_time(change.known, after, stopped_at)) {
        violate(6, change,
                "it is stopped at " + to_rfc3339(stopped_at) + " without the notice of " +
                    std::to_string(site_.policy->notice.count() / 60'000) + " minutes");
    }
}

void Invariants::job_told_to_stop(ReservationId id, Instant ends_at) {
    const Known& known = known_.at(id);
    if (was_warned_in_time(known, *known.now, ends_at)) return;
    violate(6, "the job of " + id.text() + " is stopped at " + to_rfc3339(ends_at) +
                   " without the notice it was promised");
}

// 10. Whoever is stopped for somebody is not stopped for nothing.
void Invariants::check_is_needed(const Change& change) {
    const Notice& notice = *change.after.notice;
    const auto found = notice.by ? known_.find(*notice.by) : known_.end();
    const bool is_known = found != known_.end() && found->second.now;
    const bool takes_them = is_known && [&] {
        const Reservation& next = *found->second.now;
        const bool holds_then =
            holds_gpus(next) && next.start <= notice.deadline && notice.deadline < next.end;
        return holds_then && std::ranges::any_of(next.gpus, [&](const std::string& gpu) {
                   return std::ranges::find(change.after.gpus, gpu) != change.after.gpus.end();
               });
    }();
    if (takes_them) return;
    violate(10, change, "at " + to_rfc3339(notice.deadline) + " nobody takes the GPUs it loses");
}

// 10. A P0 never evicts another P0 or what is not preemptible.
void Invariants::check_disturbance(const Change& change) {
    const Reservation& after = change.after;
    std::optional<ReservationId> by;
    if (change.row.kind == "eviction_planned") {
        // When its P0 is gone, others may have booked what it was to lose: it loses it to them.
        const bool is_passed_on = change.before->eviction.has_value();
        if (!is_passed_on) by = after.eviction->by;
        counts_.reach(is_passed_on ? "rule an eviction is mended" : "rule an eviction is planned");
    }
    if (change.row.kind == "notice_given" && after.notice->kind == NoticeKind::eviction) {
        const auto& planned = change.before->eviction;
        if (planned && planned->by == after.notice->by) {
            check_is_needed(change);
        } else {
            by = after.notice->by;
        }
        counts_.reach("rule evicted while it ran");
    }
    if (change.row.kind == "reservation_displaced") {
        const auto event = decode_event(change.row.kind, change.row.event);
        by = std::get<ReservationDisplaced>(*event).by;
        counts_.reach(by ? "rule displaced by another" : "rule displaced by nobody");
    }
    if (by) disturbances_.push_back({after.id, *by, change.row.sequence});
}

void Invariants::check_disturbances_of_batch() {
    for (const Disturbance& disturbance : disturbances_) {
        const auto by = known_.find(disturbance.by);
        const Known& victim = known_.at(disturbance.victim);
        const std::string text = "row " + std::to_string(disturbance.row) + ": " +
                                 disturbance.victim.text() + " gives way to " +
                                 disturbance.by.text();
        if (by == known_.end() || !by->second.now) {
            violate(10, text + ", which is not there");
            continue;
        }
        const Reservation& evictor = *by->second.now;
        if (evictor.asked.per_node) counts_.reach("rule a gang disturbs somebody");
        if (evictor.kind == ReservationKind::maintenance) continue;
        if (evictor.priority != Priority::P0) violate(10, text + ", which is no P0");
        if (victim.now->priority == Priority::P0) violate(10, text + " and is a P0 itself");
        if (!victim.preemptible) violate(10, text + " and is not preemptible");
    }
    disturbances_.clear();
}

}  // namespace berth::simulation
