// Which queued jobs run now, and when the others will.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <ranges>
#include <set>

#include "engine/decide_reserve.hpp"
#include "engine/permission.hpp"
#include "engine/queue.hpp"
#include "engine/room.hpp"
#include "engine/waiting_wish.hpp"
#include "policy/fair_share.hpp"
#include "policy/gap_filling.hpp"

namespace berth {

namespace {

using namespace std::chrono_literals;

// Jobs under one slot only ever wait for each other for hours; a job that nothing but reservations
// keep waiting for a day is delayed by no queue job.
constexpr std::chrono::hours lookahead{24};
constexpr std::chrono::days recent{7};
// What bounds the plan of a long queue.
constexpr int most_waiting = 100;

double gpu_hours(std::size_t gpus, Duration length) {
    return static_cast<double>(gpus) *
           std::chrono::duration<double, std::ratio<3600>>(length).count();
}

Duration length_of(const State& state, const Reservation& job) {
    return std::chrono::minutes(job.limit_minutes.value_or(0)) + state.policy->stop_time;
}

std::size_t gpu_count(const GpuRequest& asked) {
    return static_cast<std::size_t>(count_asked(asked));
}

// What the jobs ask for; many ask for the same.
class Needs {
public:
    explicit Needs(const State& state) : state_(state) {}

    // Null when a GPU that it names cannot be used.
    const GapJob* of(const Reservation& job) {
        const Duration length = length_of(state_, job);
        const auto [found, is_new] = known_.try_emplace(std::pair(job.asked, length));
        if (is_new) {
            if (auto gpus = gpus_wished(*state_.fleet, job.asked)) {
                found->second = GapJob{std::move(gpus->ids), std::move(gpus->wish), length};
            }
        }
        return found->second ? &*found->second : nullptr;
    }

private:
    const State& state_;
    std::map<std::pair<GpuRequest, Duration>, std::optional<GapJob>> known_;
};

// GPU-hours of each team in the last days. A running queue job counts until its limit, so that one
// that has just started counts.
UsedHours recent_use(const State& state, Instant now) {
    UsedHours use;
    const auto count = [&](const Reservation& one) {
        if (one.kind != ReservationKind::work) return;
        const Instant from = std::max(one.started_at.value_or(one.start), now - recent);
        const Instant to = one.id.is_queue_job() ? one.end : std::min(one.end, now);
        if (from < to) use[one.team] += gpu_hours(one.gpus.size(), to - from);
    };
    for (const ReservationId id : state.begun) count(*state.find(id));
    for (const auto& [at, id] : state.ended) {
        const Reservation* one = at > now - recent ? state.find(id) : nullptr;
        if (one != nullptr && one->started_at) count(*one);
    }
    return use;
}

bool teams_compete(const std::vector<WaitingJob>& jobs) {
    std::map<Priority, std::string> team_of;
    return std::ranges::any_of(jobs, [&](const WaitingJob& job) {
        return team_of.try_emplace(job.priority, job.team).first->second != job.team;
    });
}

std::vector<ReservationId> order_of(const State& state, Instant now) {
    std::vector<WaitingJob> jobs;
    for (const ReservationId id : state.queued) {
        const Reservation& job = *state.find(id);
        jobs.push_back({id, job.priority, job.team, job.created_at,
                        gpu_hours(gpu_count(job.asked), length_of(state, job))});
    }
    return fair_order(jobs, teams_compete(jobs) ? recent_use(state, now) : UsedHours{});
}

std::vector<Span> gaps_of(const Calendar& calendar, GpuIndex gpu, Span within) {
    std::vector<Span> gaps;
    Instant free_from = within.from;
    for (const Holding& holding : calendar.holdings(gpu, within)) {
        if (free_from < holding.span.from) gaps.push_back({free_from, holding.span.from});
        free_from = std::max(free_from, holding.span.to);
    }
    if (free_from < within.to) gaps.push_back({free_from, within.to});
    return gaps;
}

GapPlan make_plan(const State& state, Instant now) {
    const Span within{now, now + lookahead};
    std::vector<std::vector<Span>> free;
    free.reserve(state.fleet->gpus().size());
    for (const Gpu& gpu : state.fleet->gpus()) {
        free.push_back(gpu.spec.health == Health::healthy
                           ? gaps_of(state.calendar, gpu.index, within)
                           : std::vector<Span>{});
    }
    return {*state.fleet, std::move(free)};
}

enum class Verdict { takes_it, passed_over };
using Visit = std::function<Verdict(const Reservation&, const std::optional<Placement>&)>;

// Shows each job in order, with its place beside those before it. The visitor may change the state.
void plan_queue(const State& state, Instant now, const Visit& visit) {
    GapPlan plan = make_plan(state, now);
    Needs needs(state);
    int waiting = 0;
    for (const ReservationId id : order_of(state, now)) {
        const std::shared_ptr<const Reservation> job = state.share(id);
        const GapJob* need = waiting < most_waiting ? needs.of(*job) : nullptr;
        const auto placement = need ? plan.earliest(*need) : std::nullopt;
        const Verdict verdict = visit(*job, placement);
        if (placement && verdict == Verdict::takes_it) plan.take(*placement);
        if (!placement || placement->span.from > now) ++waiting;
    }
}

// Without a plan: whether any of them could start if it were alone.
bool any_fits_now(const State& state, Instant now) {
    Needs needs(state);
    std::set<const GapJob*> asked;
    for (const ReservationId id : state.queued) {
        const GapJob* need = needs.of(*state.find(id));
        if (need == nullptr || !asked.insert(need).second) continue;
        const WishedGpus gpus{need->ids, need->wish};
        if (try_place(state.calendar, gpus, {now, now + need->length})) return true;
    }
    return false;
}

}  // namespace

std::vector<PlannedStart> planned_starts(const State& state, Instant now) {
    std::vector<PlannedStart> starts;
    if (state.queued.empty()) return starts;
    plan_queue(state, now, [&](const Reservation& job, const std::optional<Placement>& placement) {
        PlannedStart start{job.id, {}, {}};
        if (placement) {
            start.at = placement->span.from;
            start.gpus = ids_of(*state.fleet, placement->gpus);
        }
        starts.push_back(std::move(start));
        return Verdict::takes_it;
    });
    return starts;
}

void run_queue(Turn& turn) {
    const State& state = turn.state();
    const Instant now = turn.now();
    if (state.queued.empty()) return;
    turn.look_again(next_end_of_a_hold(state, now));
    if (!any_fits_now(state, now)) return;
    plan_queue(state, now, [&](const Reservation& job, const std::optional<Placement>& placement) {
        if (!placement) return Verdict::passed_over;
        if (placement->span.from > now) {
            turn.look_again(placement->span.from);
            return Verdict::takes_it;
        }
        if (!is_within_quota(state, job.team, placement->gpus.size(), placement->span, now)) {
            return Verdict::passed_over;
        }
        turn.follow(WindowBooked{job.id, ids_of(*state.fleet, placement->gpus),
                                 placement->span.from, placement->span.to},
                    "its turn in the queue: the gap is long enough for it");
        return Verdict::takes_it;
    });
}

}  // namespace berth
