#include "faults/outside_jobs.hpp"

#include <algorithm>

namespace berth::faults {

using Phase = AttemptStatus::Phase;

void OutsideJobs::start(const AttemptOrder& order) {
    const std::lock_guard lock(world_.mutex);
    if (world_.jobs.contains(order.id)) return;
    Job job;
    job.gpus = order.gpus;
    job.ends_at = order.ends_at;
    if (gpus_are_free(job.gpus)) job.phase = Phase::running;
    world_.jobs.emplace(order.id, std::move(job));
    ++world_.counts.job_starts;
    if (++world_.starts[order.id] > 1) {
        world_.violations.push_back(order.id.text() + " was started twice");
    }
}

void OutsideJobs::set_end(const AttemptId& id, Instant ends_at) {
    const std::lock_guard lock(world_.mutex);
    const auto job = world_.jobs.find(id);
    if (job != world_.jobs.end() && job->second.ends_at != Instant::min()) {
        job->second.ends_at = ends_at;
    }
}

void OutsideJobs::stop(const AttemptId& id) {
    const std::lock_guard lock(world_.mutex);
    const auto job = world_.jobs.find(id);
    if (job == world_.jobs.end() || job->second.phase == Phase::ended) return;
    job->second.ends_at = Instant::min();
}

std::vector<AttemptStatus> OutsideJobs::attempts() {
    const std::lock_guard lock(world_.mutex);
    std::vector<AttemptStatus> all;
    for (const auto& [id, job] : world_.jobs) {
        AttemptStatus status{.id = id, .phase = job.phase};
        if (job.phase == Phase::ended) {
            status.exit_code = job.exit_code;
            status.ended_at = job.ended_at;
        }
        all.push_back(std::move(status));
    }
    return all;
}

void OutsideJobs::forget(const AttemptId& id) {
    const std::lock_guard lock(world_.mutex);
    world_.jobs.erase(id);
}

void OutsideJobs::go_on(Random& random, Instant now) {
    const std::lock_guard lock(world_.mutex);
    for (auto& [id, job] : world_.jobs) {
        if (job.phase == Phase::ended) continue;
        const bool is_stopped = job.ends_at <= now;
        if (is_stopped || (job.phase == Phase::running && random.one_in(3))) {
            job.phase = Phase::ended;
            job.exit_code = is_stopped ? 143 : static_cast<int>(random.between(0, 1));
            job.ended_at = now;
        } else if (job.phase == Phase::waiting && gpus_are_free(job.gpus)) {
            job.phase = Phase::running;
        }
    }
}

void OutsideJobs::forget_what_is_over() {
    const std::lock_guard lock(world_.mutex);
    std::erase_if(world_.jobs, [&](const auto& job) {
        return job.second.phase == Phase::ended && world_.over.contains(job.first.reservation);
    });
}

bool OutsideJobs::gpus_are_free(const std::vector<std::string>& gpus) const {
    return std::ranges::none_of(world_.jobs, [&](const auto& other) {
        return other.second.phase == Phase::running &&
               std::ranges::find_first_of(other.second.gpus, gpus) != other.second.gpus.end();
    });
}

}  // namespace berth::faults
