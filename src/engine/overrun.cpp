#include "engine/overrun.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "engine/attempt.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/equal_gpus.hpp"

namespace berth {

namespace {

// Only a job that was booked: a queue job is stopped at its limit, a person goes home.
bool can_overrun(const Reservation& reservation) {
    return reservation.kind == ReservationKind::work && reservation.workload &&
           !reservation.id.is_queue_job();
}

bool was_told_to_stop(const Reservation& reservation) {
    // A warning that its GPUs are idle is not about its end.
    return reservation.notice && reservation.notice->kind != NoticeKind::idle;
}

Instant latest_end(const Policy& policy, const Reservation& reservation) {
    return reservation.booked_end + overrun_buffer(policy, reservation);
}

// How far its hold could reach by what is decided now: the slot that begins next stays bookable.
Instant tail_end(const Turn& turn, const Reservation& job) {
    if (job.end <= turn.now()) return job.end;
    const Instant next_slot =
        turn.grid().edge_at_or_after(turn.now() + turn.policy().notice + Duration(1));
    return std::min(latest_end(turn.policy(), job), next_slot);
}

// Who holds the job's GPUs in its tail, in the order of their starts.
std::vector<Holding> holders_in(const State& state, const Reservation& job, Span tail) {
    std::vector<Holding> holders;
    for (const GpuIndex gpu : state.gpus_of(job)) {
        std::ranges::copy(state.calendar.holdings(gpu, tail), std::back_inserter(holders));
    }
    std::erase_if(holders, [&](const Holding& held) { return held.holder == holder_of(job.id); });
    std::ranges::sort(holders, {}, [](const Holding& held) {
        return std::tuple(held.span.from, held.holder, held.gpu);
    });
    return holders;
}

// A P0 whose victims have been chosen would disturb them for nothing elsewhere.
bool evicts_somebody(const State& state, const Reservation& next) {
    if (next.priority != Priority::P0) return false;
    const ReservationId id = next.id;
    return std::ranges::any_of(state.begun, [&](ReservationId begun) {
        const Reservation& other = *state.find(begun);
        return (other.eviction && other.eviction->by == id) ||
               (other.notice && other.notice->by == id &&
                other.notice->kind == NoticeKind::eviction);
    });
}

bool can_be_moved(const State& state, const Reservation& next) {
    return next.state == ReservationState::confirmed && next.kind == ReservationKind::work &&
           !evicts_somebody(state, next);
}

// Until when `next` may be made to wait for the job. Who was made to wait itself does not make
// others wait.
std::optional<Instant> may_wait_until(const Turn& turn, const Reservation& job,
                                      const Reservation& next) {
    if (!turn.policy().overrun.successors_may_wait || job.promised_start) return std::nullopt;
    return next.may_start_late_until;
}

// What lets the job run on until `until`.
struct Way {
    std::vector<ReservationMoved> moves;
    Instant until;
};

std::optional<Way> make_way(const Turn& turn, const Reservation& job,
                            const std::vector<Holding>& holders, Instant until) {
    const bool in_time = job.expected_end && *job.expected_end <= job.end;
    if (in_time) return std::nullopt;
    const State& state = turn.state();
    Way way{{}, until};
    std::vector<GpuIndex> avoiding = state.gpus_of(job);
    std::vector<const Reservation*> waiting;
    std::set<Holder> seen;
    for (const Holding& held : holders) {
        if (!seen.insert(held.holder).second) continue;
        const Reservation* next = state.find(id_of(held.holder));
        if (next == nullptr || !can_be_moved(state, *next)) return std::nullopt;
        if (const auto place = equal_gpus(state, *next, next->start, avoiding)) {
            std::ranges::copy(place->gpus, std::back_inserter(avoiding));
            way.moves.push_back({next->id, ids_of(*state.fleet, place->gpus), next->start,
                                 next->end, MoveCause::overrun,
                                 job.id.text() + " may run longer on its GPUs"});
        } else if (const auto latest = may_wait_until(turn, job, *next)) {
            way.until = std::min(way.until, *latest);
            waiting.push_back(next);
        } else {
            return std::nullopt;
        }
    }
    if (way.until <= job.end) return std::nullopt;
    for (const Reservation* next : waiting) {
        if (next->start >= way.until) continue;
        way.moves.push_back({next->id, next->gpus, way.until, next->end, MoveCause::overrun,
                             job.id.text() + " may run longer before it"});
    }
    return way;
}

void grant(Turn& turn, const Reservation& job, Instant until, std::string why) {
    turn.follow(OverrunGranted{job.id, until}, std::move(why));
}

void give_notice(Turn& turn, const Reservation& job, const std::vector<Holding>& holders) {
    Notice notice{NoticeKind::end, turn.now(), job.end, {}};
    std::string why = "its time and its buffer are used up";
    if (!holders.empty()) {
        notice.by = id_of(holders.front().holder);
        why = notice.by->text() + " has its GPUs next";
    }
    turn.follow(NoticeGiven{job.id, notice}, std::move(why));
}

enum class Outlook { in_time, within_buffer, too_late };

Outlook outlook_of(const Policy& policy, const Reservation& reservation, Instant expected_end) {
    if (expected_end <= reservation.booked_end) return Outlook::in_time;
    if (expected_end <= latest_end(policy, reservation)) return Outlook::within_buffer;
    return Outlook::too_late;
}

bool is_news(const Policy& policy, const Reservation& reservation, Instant expected_end) {
    if (!reservation.expected_end) return true;
    const Outlook before = outlook_of(policy, reservation, *reservation.expected_end);
    const Outlook now = outlook_of(policy, reservation, expected_end);
    if (before != now) return true;
    const auto moved = std::chrono::abs(expected_end - *reservation.expected_end);
    return now != Outlook::in_time && moved > std::chrono::minutes(30);
}

}  // namespace

std::optional<Instant> end_decided_at(const Reservation& reservation, const Policy& policy) {
    if (!can_overrun(reservation)) return std::nullopt;
    const bool ends_otherwise = was_told_to_stop(reservation) || reservation.eviction;
    const bool is_under_way =
        has_begun(reservation.state) && reservation.state != ReservationState::releasing;
    if (ends_otherwise || !is_under_way) return std::nullopt;
    return std::max(reservation.start, reservation.end - policy.notice);
}

void decide_end(Turn& turn, const Reservation& reservation) {
    const Instant until = tail_end(turn, reservation);
    if (until <= reservation.end) return give_notice(turn, reservation, {});
    const auto holders = holders_in(turn.state(), reservation, {reservation.end, until});
    if (holders.empty()) return grant(turn, reservation, until, "its GPUs are free");
    if (const Instant free_until = holders.front().span.from; free_until > reservation.end) {
        return grant(turn, reservation, free_until, "its GPUs are free until then");
    }
    const auto way = make_way(turn, reservation, holders, until);
    if (!way) return give_notice(turn, reservation, holders);
    for (const ReservationMoved& move : way->moves) turn.follow(move, move.why);
    grant(turn, reservation, way->until, "who comes next has made way");
}

std::expected<void, Refusal> decide_expected_end(Turn& turn, const ReportExpectedEnd& command) {
    const auto found = look_up_attempt(turn.state(), command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    if ((*found)->state == ReservationState::releasing) return {};
    if (is_news(turn.policy(), **found, command.expected_end)) {
        turn.emit(ExpectedEndChanged{command.id, command.expected_end});
    }
    return {};
}

void bring_forward_delayed(Turn& turn) {
    const State& state = turn.state();
    for (const ReservationId id : std::vector(state.delayed.begin(), state.delayed.end())) {
        const Reservation late = *state.find(id);
        const Instant wanted = std::max(turn.now(), *late.promised_start);
        if (wanted >= late.start) continue;
        const Span earlier{wanted, late.start};
        if (state.calendar.first_clash(state.gpus_of(late), earlier, holder_of(id))) continue;
        const ReservationMoved moved{id,       late.gpus,          wanted,
                                     late.end, MoveCause::overrun, "nobody is in its way any more"};
        turn.follow(moved, moved.why);
    }
}

std::optional<Instant> may_start_late_until(const State& state, const Reservation& reservation) {
    const Policy& policy = *state.policy;
    const bool can_wait =
        reservation.priority == Priority::P2 || reservation.priority == Priority::P3;
    if (!policy.overrun.successors_may_wait || !can_wait) return std::nullopt;
    const Instant start = reservation.start;
    Instant latest = start;
    for (const GpuIndex gpu : state.gpus_of(reservation)) {
        for (const Holding& held :
             state.calendar.holdings(gpu, {start - policy.overrun.most, start})) {
            const Reservation& before = *state.find(id_of(held.holder));
            if (!can_overrun(before) || before.booked_end > start) continue;
            latest = std::max(latest, latest_end(policy, before));
        }
    }
    latest = std::min(latest, reservation.end - Duration(state.grid.slot_length()));
    return latest > start ? std::optional(latest) : std::nullopt;
}

std::optional<NextHolder> next_holder(const State& state, const Reservation& reservation) {
    const Span behind{reservation.end, state.grid.start_of(state.horizon)};
    if (behind.empty()) return std::nullopt;
    const auto next =
        state.calendar.first_clash(state.gpus_of(reservation), behind, holder_of(reservation.id));
    if (!next) return std::nullopt;
    return NextHolder{id_of(next->holder), next->span.from};
}

}  // namespace berth
