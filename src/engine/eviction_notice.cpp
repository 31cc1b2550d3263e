// The soft release of those who run: their notice, their continuation, and what becomes of both
// when the P0 is gone or the work is done before.
#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "engine/book_again.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/eviction.hpp"
#include "engine/eviction_rules.hpp"
#include "engine/queue.hpp"

namespace berth {

namespace {

// A planned notice goes out a little early: a clock that ticks late must not make it shorter.
constexpr std::chrono::seconds early_by{1};

Reservation continuation_of(const State& state, const Reservation& old, Instant now) {
    Reservation next;
    next.id = state.next_id();
    next.title = old.title;
    next.owner = old.owner;
    next.team = old.team;
    next.priority = old.priority;
    next.preemptible = old.preemptible;
    next.workload = old.workload;
    next.created_at = now;
    next.checkpoint = old.checkpoint;
    next.asked = old.asked;
    next.continues = old.id;
    next.work_of = old.work_of.value_or(old.id);
    return next;
}

// In the nearest window after the old one's deadline, or waiting for one.
Event booked_again(const State& state, Reservation next, const Reservation& old, Instant now,
                   const std::string& why) {
    const SlotGrid& grid = state.grid;
    const std::int32_t slots = slots_to_continue(state, old);
    const auto gpus = gpus_asked_by(state, old);
    const auto window =
        gpus ? nearest_window(state, *gpus, slots, old.end, now) : std::optional<Placement>{};
    if (window) {
        next.gpus = ids_of(*state.fleet, window->gpus);
        next.start = window->span.from;
        next.end = next.booked_end = window->span.to;
        return ReservationConfirmed{std::move(next)};
    }
    const Slot first = grid.slot_at(grid.edge_at_or_after(old.end));
    next.state = ReservationState::displaced;
    next.start = grid.start_of(first);
    next.end = next.booked_end = grid.start_of(first + slots);
    next.detail = why;
    return ReservationWaitlisted{std::move(next)};
}

// Who gets the GPUs then, in words.
std::string taken_by(const State& state, const PlannedEviction& eviction) {
    const Reservation* by = state.find(eviction.by);
    const std::string from = " takes its GPUs from " + state.grid.local_text(eviction.at) + " on";
    if (by == nullptr) return eviction.by.text() + from;
    std::string kind = by->priority == Priority::P0 ? "a P0 of " : "a reservation of ";
    if (by->kind == ReservationKind::maintenance) kind = "maintenance by ";
    return kind + by->owner + " (" + by->id.text() + ")" + from;
}

NoticeKind kind_of_notice(const State& state, ReservationId by) {
    const Reservation* found = state.find(by);
    const bool is_maintenance = found != nullptr && found->kind == ReservationKind::maintenance;
    return is_maintenance ? NoticeKind::maintenance : NoticeKind::eviction;
}

// The notice comes too late for the planned time, as Berth was not running: those who follow on the
// victim's GPUs begin when it has run out, or lose a window of which less than half would be left,
// which nobody takes from them.
void move_followers(Turn& turn, const Reservation& victim, Instant deadline) {
    const State& state = turn.state();
    const Span late{std::max(victim.end, turn.now()), deadline};
    std::set<ReservationId> followers;
    for (const GpuIndex gpu : state.gpus_of(victim)) {
        for (const Holding& holding : state.calendar.holdings(gpu, late)) {
            if (holding.holder != holder_of(victim.id)) followers.insert(id_of(holding.holder));
        }
    }
    const std::string why = "the notice to " + victim.id.text() + " of " + victim.owner +
                            ", which holds its GPUs, could only be given now";
    for (const ReservationId id : followers) {
        const Reservation& follower = *state.find(id);
        const bool is_worth_it = follower.end - deadline >= (follower.end - follower.start) / 2;
        if (follower.state == ReservationState::confirmed && is_worth_it) {
            turn.follow(ReservationMoved{id, follower.gpus, deadline, follower.end,
                                         MoveCause::overrun, why},
                        why);
        } else {
            turn.follow(ReservationDisplaced{id, {}, why}, why);
        }
    }
}

bool takes_its_gpus(const State& state, ReservationId by, const Reservation& victim) {
    const Span instant{victim.end, victim.end + Duration(1)};
    return std::ranges::any_of(state.gpus_of(victim), [&](GpuIndex gpu) {
        const auto holdings = state.calendar.holdings(gpu, instant);
        return std::ranges::find(holdings, holder_of(by), &Holding::holder) != holdings.end();
    });
}

// Its own window ends by then: it leaves at its end, as everybody does.
bool is_over_anyway(const Reservation& victim) {
    return victim.state != ReservationState::overrunning &&
           victim.booked_end <= victim.eviction->at;
}

// What becomes of a planned eviction, as the calendar stands: nothing; another holder or time; or
// none any more.
std::optional<Event> mend(const State& state, const Reservation& victim) {
    if (is_over_anyway(victim)) return EvictionCalledOff{victim.id, victim.end};
    if (takes_its_gpus(state, victim.eviction->by, victim)) return std::nullopt;
    const Instant wanted = std::max(victim.booked_end, victim.end);
    const auto taken = state.calendar.first_clash(state.gpus_of(victim), {victim.end, wanted},
                                                  holder_of(victim.id));
    if (!taken) return EvictionCalledOff{victim.id, wanted};
    const EvictionPlanned anew{victim.id, id_of(taken->holder), taken->span.from};
    const bool same = anew.by == victim.eviction->by && anew.at == victim.eviction->at;
    return same ? std::nullopt : std::optional<Event>(anew);
}

// True: the planned eviction was not as the calendar stands, and now it is.
bool mend_plan(Turn& turn, ReservationId id) {
    const Reservation victim = *turn.state().find(id);
    const auto event = mend(turn.state(), victim);
    if (!event) return false;
    const std::string at = turn.grid().local_text(victim.eviction->at);
    turn.follow(*event, is_over_anyway(victim)
                            ? "its own window is over by " + at
                            : victim.eviction->by.text() + " no longer takes its GPUs at " + at);
    return true;
}

// By their rank, as if each had asked in that order.
void book_all_displaced_again(Turn& turn, const std::string& why) {
    const auto order = turn.state().wait_order;
    for (const WaitRank& rank : order) {
        if (!rank.lost_its_window) break;
        book_again(turn, rank.id, why);
    }
}

// Nobody is stopped without the whole notice, even if Berth was not running when it was due.
void put_off(Turn& turn, const Reservation& victim, Instant deadline) {
    move_followers(turn, victim, deadline);
    const std::string why = "nobody is stopped without the whole notice";
    turn.follow(EvictionPlanned{victim.id, victim.eviction->by, deadline}, why);
    book_all_displaced_again(turn, why);
}

// A whole notice from now, or all that is left of its own window.
Instant deadline_of_late_notice(const Turn& turn, const Reservation& victim) {
    const Instant now = turn.now();
    return std::min(now + turn.policy().notice, std::max(now, victim.booked_end));
}

}  // namespace

bool awaits_notice_of_eviction(const Reservation& reservation) {
    return reservation.eviction && has_begun(reservation.state) &&
           reservation.state != ReservationState::releasing;
}

std::optional<Instant> planned_notice_at(const Reservation& reservation, const Policy& policy) {
    if (!awaits_notice_of_eviction(reservation)) return std::nullopt;
    return reservation.eviction->at - policy.notice - early_by;
}

void evict(Turn& turn, const Reservation& victim, NoticeKind kind, Instant deadline,
           std::optional<ReservationId> by, const std::string& why) {
    turn.follow(NoticeGiven{victim.id, {kind, turn.now(), deadline, by}}, why);
    turn.follow(
        ReservationReleasing{victim.id, ReservationState::evicted, "evicted: " + why, deadline},
        why);
}

void book_continuation(Turn& turn, ReservationId evicted, const std::string& why) {
    const State& state = turn.state();
    const Reservation old = *state.find(evicted);
    if (old.id.is_queue_job()) {
        requeue(turn, old, why);
        return;
    }
    Reservation next = continuation_of(state, old, turn.now());
    const ReservationId id = next.id;
    turn.follow(booked_again(state, std::move(next), old, turn.now(), why), why);
    turn.follow(ReservationContinued{evicted, id}, why);
}

void give_planned_notice(Turn& turn, const Reservation& victim) {
    const ReservationId id = victim.id;
    // Its P0 may be over or elsewhere after an outage: what is due then comes up again.
    if (mend_plan(turn, id)) return;
    const PlannedEviction planned = *victim.eviction;
    const Instant deadline = std::max(planned.at, deadline_of_late_notice(turn, victim));
    if (deadline > planned.at) {
        put_off(turn, victim, deadline);
        if (mend_plan(turn, id)) return;
    }
    const std::string why = taken_by(turn.state(), {planned.by, deadline});
    evict(turn, *turn.state().share(id), kind_of_notice(turn.state(), planned.by), deadline,
          planned.by, why);
    book_continuation(turn, id, why);
}

void after_victim_ended(Turn& turn, const Reservation& victim) {
    const State& state = turn.state();
    const Reservation ended = *state.find(victim.id);
    if (!ended.continued_by) return;
    const Reservation* found = state.find(*ended.continued_by);
    if (found == nullptr || has_begun(found->state) || is_ended(found->state)) return;
    const Reservation next = *found;
    if (ended.state == ReservationState::completed) {
        const std::string why = "its work was completed by " + ended.id.text();
        turn.follow(ReservationEnded{next.id, ReservationState::cancelled, turn.now(), {}, why},
                    why);
    } else if (ended.checkpoint && next.checkpoint != ended.checkpoint) {
        turn.follow(CheckpointSaved{next.id, *ended.checkpoint},
                    "saved by " + ended.id.text() + ", whose work it continues");
    }
}

void call_off_evictions(Turn& turn) {
    const std::set<ReservationId> planned = turn.state().to_be_evicted;
    for (const ReservationId id : planned) {
        if (turn.state().find(id)->end > turn.now()) mend_plan(turn, id);
    }
}

void advance_starts(Turn& turn) {
    const State& state = turn.state();
    const std::set<ReservationId> waiting = state.may_begin_early;
    for (const ReservationId id : waiting) {
        const Reservation p0 = *state.find(id);
        const Span until_its_start{std::max(*p0.ready_from, turn.now()), p0.start};
        if (until_its_start.empty()) continue;
        if (state.calendar.first_clash(state.gpus_of(p0), until_its_start, holder_of(id))) continue;
        const std::string why = "everybody who held its GPUs has left";
        turn.follow(ReservationMoved{id, p0.gpus, until_its_start.from, p0.end,
                                     MoveCause::victims_left, why},
                    why);
    }
}

}  // namespace berth
