#include "simulation/jobs.hpp"

#include <algorithm>

#include "engine/look_up.hpp"

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

constexpr int resumable = 75;
constexpr int killed = 137;

// As the real follower tells it: an eviction whose notice is still to come is not the job's affair.
Instant end_to_tell(const Reservation& reservation) {
    const bool is_told = !reservation.eviction || reservation.state == ReservationState::releasing;
    return is_told ? reservation.end : std::max(reservation.end, reservation.booked_end);
}

}  // namespace

Jobs::Jobs(const Site& site, Random random, Invariants& invariants, Flaw flaw)
    : site_(site), random_(std::move(random)), invariants_(invariants), flaw_(flaw) {}

Duration Jobs::some(Duration least, Duration most) {
    return Duration(static_cast<std::int64_t>(random_.between(
        static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count()))));
}

void Jobs::wake(ReservationId id, Instant now) {
    looks_.insert({now + some(0ms, 2s), id});
}

void Jobs::look_at_all(const View& view, Instant now) {
    if (flaw_ == Flaw::starts_a_job_again) {
        std::erase_if(jobs_, [](const auto& entry) { return entry.second.phase != Phase::gone; });
    }
    for (const ReservationId id : view.begun) looks_.insert({now, id});
}

std::optional<Instant> Jobs::next() const {
    std::optional<Instant> next;
    if (!agenda_.empty()) next = agenda_.begin()->first;
    if (!looks_.empty()) next = std::min(next.value_or(Instant::max()), looks_.begin()->first);
    return next;
}

void Jobs::run_until(Instant now, const View* view) {
    while (!agenda_.empty() && agenda_.begin()->first <= now) {
        const auto [at, id] = *agenda_.begin();
        agenda_.erase(agenda_.begin());
        planned_.erase(id);
        if (const auto job = jobs_.find(id); job != jobs_.end()) act(job->second, at);
    }
    while (view != nullptr && !looks_.empty() && looks_.begin()->first <= now) {
        const ReservationId id = looks_.begin()->second;
        looks_.erase(looks_.begin());
        const Reservation* reservation = view->find(id);
        if (reservation == nullptr || !reservation->workload) continue;
        if (has_begun(reservation->state)) look_at(*reservation, now);
    }
}

void Jobs::look_at(const Reservation& reservation, Instant now) {
    using enum ReservationState;
    const AttemptId id{reservation.id, reservation.attempt};
    const auto found = jobs_.find(reservation.id);
    Job* job = found != jobs_.end() && found->second.id == id ? &found->second : nullptr;
    if (job != nullptr && job->phase == Phase::gone) return;  // its end is reported already
    // Who is evicted has until the deadline.
    const bool is_to_stop = reservation.state == releasing && reservation.outcome != evicted;
    if (job == nullptr) {
        if (reservation.state == starting || flaw_ == Flaw::starts_a_job_again) {
            return start(reservation, now);
        }
        return report(AttemptEnded{id.reservation, id.number, {}, now, "there is no such job"});
    }
    if (is_to_stop) return stop(*job, now);
    // Where it waits still, it may have to wait for others.
    if (job->phase == Phase::waiting) job->gpus = reservation.gpus;
    job->ends_at = end_to_tell(reservation);
    heed(*job, reservation, now);
    plan_next(*job);
}

void Jobs::start(const Reservation& reservation, Instant now) {
    Job job;
    job.id = {reservation.id, reservation.attempt};
    job.gpus = reservation.gpus;
    job.ends_at = end_to_tell(reservation);
    const bool is_slow = !is_kind_ && random_.one_in(30);
    job.ready_at = now + (is_slow ? some(5min, 50min) : some(1s, 60s));
    job.obeys = !random_.one_in(4);
    plan_work(job, reservation, now);
    Job& placed = jobs_[reservation.id] = std::move(job);
    if (!is_kind_ && random_.one_in(30)) return end(placed, now, {}, "the image cannot be pulled");
    heed(placed, reservation, now);
    plan_next(placed);
}

// People's estimates are off: most jobs are done early, some late, some fail.
void Jobs::plan_work(Job& job, const Reservation& reservation, Instant now) {
    const Duration booked = std::max<Duration>(reservation.booked_end - now, 1min);
    const auto percent = random_.one_in(4) ? random_.between(95, 130) : random_.between(20, 98);
    job.done_at = job.ready_at + booked * static_cast<int>(percent) / 100;
    job.exit_code = 0;
    if (random_.one_in(12)) {
        job.done_at = job.ready_at + some(0ms, booked);
        job.exit_code = 1;
    }
    job.next_save = job.ready_at + some(20min, 5h);
    job.next_word = job.ready_at + some(10min, std::max<Duration>(booked, 11min));
}

// It reads its notice, saves and leaves; or it does not care.
void Jobs::heed(Job& job, const Reservation& reservation, Instant now) {
    if (!reservation.notice) {
        job.leaves_at.reset();
        return;
    }
    if (!job.obeys || job.leaves_at) return;
    if (reservation.notice->kind == NoticeKind::end && random_.one_in(2)) return;
    job.leaves_at = now + some(1s, site_.policy->notice * 9 / 10);
}

void Jobs::stop(Job& job, Instant now) {
    if (job.phase == Phase::stopping) return;
    if (job.phase == Phase::waiting) return end(job, now, {}, "it was stopped before it began");
    job.phase = Phase::stopping;
    job.exit_code = job.obeys ? resumable : killed;
    job.done_at =
        now + (job.obeys ? some(0ms, site_.policy->stop_time) : Duration(site_.policy->stop_time));
    plan_next(job);
}

Instant Jobs::stop_at(const Job& job) const {
    return job.ends_at - site_.policy->stop_time;
}

Instant Jobs::next_of(const Job& job) const {
    if (job.phase == Phase::stopping) return job.done_at;
    if (job.phase == Phase::waiting) return std::min(job.ready_at, stop_at(job));
    const Instant leaves = job.leaves_at.value_or(Instant::max());
    return std::min({job.done_at, job.next_save, job.next_word, leaves, stop_at(job)});
}

void Jobs::plan_next(Job& job) {
    const ReservationId id = job.id.reservation;
    if (const auto planned = planned_.find(id); planned != planned_.end()) {
        agenda_.erase({planned->second, id});
        planned_.erase(planned);
    }
    if (job.phase == Phase::gone) return;
    const Instant next = next_of(job);
    agenda_.insert({next, id});
    planned_[id] = next;
}

void Jobs::act(Job& job, Instant now) {
    if (job.phase == Phase::gone) return;
    if (job.phase == Phase::stopping) return end(job, now, job.exit_code, "");
    if (job.phase == Phase::waiting) {
        if (stop_at(job) <= now) return end(job, now, {}, "its window passed before it began");
        return begin(job, now);
    }
    if (job.done_at <= now) return end(job, now, job.exit_code, "");
    if (stop_at(job) <= now) {
        invariants_.job_told_to_stop(job.id.reservation, job.ends_at);
        return stop(job, now);
    }
    const bool leaves = job.leaves_at && *job.leaves_at <= now;
    if (leaves || job.next_save <= now) {
        ++job.epoch;
        report(SaveCheckpoint{job.id.reservation, job.id.number,
                              "last-" + std::to_string(job.epoch) + ".pt", job.epoch,
                              job.epoch * 100});
        job.next_save = now + some(20min, 5h);
        if (leaves) return end(job, now, resumable, "");
    }
    if (job.next_word <= now) {
        report(ReportExpectedEnd{job.id.reservation, job.id.number,
                                 job.done_at + some(0ms, 20min) - 10min});
        job.next_word = now + some(1h, 12h);
    }
    plan_next(job);
}

void Jobs::begin(Job& job, Instant now) {
    const bool is_free = std::ranges::none_of(job.gpus, [&](const std::string& gpu) {
        const auto user = users_.find(gpu);
        return user != users_.end() && user->second != job.id.reservation;
    });
    if (!is_free) {
        // The same words once, as the follower tells them.
        if (!job.told_waiting && random_.one_in(4)) {
            report(ReportWaiting{job.id.reservation, job.id.number, "processes on its GPUs"});
            job.told_waiting = true;
        }
        job.ready_at = now + 5s;
        return plan_next(job);
    }
    const std::vector<std::string> assumed = job.gpus;
    if (random_.one_in(6)) get_other_gpus(job);
    for (const auto& gpu : job.gpus) users_[gpu] = job.id.reservation;
    job.phase = Phase::running;
    invariants_.job_started(job.id);
    report(AttemptStarted{job.id.reservation, job.id.number});
    if (job.gpus != assumed) {
        report(ReportDevices{job.id.reservation, job.id.number, job.gpus});
    }
    plan_next(job);
}

// Something else chose among the GPUs of its nodes that no job is on.
void Jobs::get_other_gpus(Job& job) {
    for (std::string& gpu : job.gpus) {
        const auto assumed = std::ranges::find(site_.gpus, gpu, gpu_id);
        if (assumed == site_.gpus.end()) continue;
        std::vector<std::string> others;
        for (const GpuSpec& other : site_.gpus) {
            const std::string id = gpu_id(other);
            const bool has_it = std::ranges::find(job.gpus, id) != job.gpus.end();
            if (other.node == assumed->node && !has_it && !users_.contains(id)) {
                others.push_back(id);
            }
        }
        if (!others.empty()) gpu = random_.one_of(others);
    }
}

void Jobs::end(Job& job, Instant at, std::optional<int> exit_code, const std::string& detail) {
    const bool ran = job.phase != Phase::waiting;
    job.phase = Phase::gone;
    plan_next(job);
    if (ran) {
        for (const auto& gpu : job.gpus) users_.erase(gpu);
        invariants_.job_gone(job.id);
    }
    if (flaw_ == Flaw::keeps_a_jobs_end_to_itself && random_.one_in(10)) return;
    report(AttemptEnded{job.id.reservation, job.id.number, exit_code, at, detail});
}

void Jobs::gpu_failed(const std::string& gpu, Instant now) {
    const auto user = users_.find(gpu);
    if (user == users_.end() || random_.one_in(2)) return;
    Job& job = jobs_.at(user->second);
    if (job.phase == Phase::running) end(job, now, 1, "CUDA error");
}

void Jobs::report(Command command) {
    reports_.push_back({.actor = system_actor,
                        .reason = {},
                        .idempotency_key = {},
                        .body_hash = {},
                        .command = std::move(command)});
}

std::vector<Submission> Jobs::take_reports() {
    std::vector<Submission> taken(std::make_move_iterator(reports_.begin()),
                                  std::make_move_iterator(reports_.end()));
    reports_.clear();
    return taken;
}

void Jobs::again(Submission report) {
    reports_.push_back(std::move(report));
}

std::vector<ReservationId> Jobs::running() const {
    std::vector<ReservationId> running;
    for (const auto& [id, job] : jobs_) {
        if (job.phase == Phase::running) running.push_back(id);
    }
    return running;
}

}  // namespace berth::simulation
