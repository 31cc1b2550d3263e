#include "launch/attempt_look.hpp"

#include <csignal>

#include "launch/cgroup.hpp"

namespace berth {

namespace {

// The notice file's full name is in the environment of all that came from the job, and of nothing
// else on this machine, another server's jobs included.
std::vector<ProcessMark> left_over(const AttemptFolder& folder, const JobStatus& status) {
    auto found = processes_with_environment("BERTH_NOTICE_FILE=" + folder.notice_file().string());
    if (status.boot == boot_id() && is_alive(status.job)) found.push_back(status.job);
    return found;
}

bool has_members(const JobStatus& status) {
    return !status.cgroup.empty() && !cgroup_members(status.cgroup).empty();
}

}  // namespace

AttemptLook look_at(const AttemptFolder& folder) {
    auto status = folder.status();
    if (status && status->phase == JobPhase::ended) return {AttemptState::ended, status, {}};
    auto lock = folder.take_lock();
    if (!lock.is_open()) {
        return {status ? AttemptState::running : AttemptState::starting, status, {}};
    }
    // Again, now that nobody writes: the supervisor may have ended between the two looks.
    status = folder.status();
    if (!status) return {AttemptState::ordered, status, {}};
    if (status->phase == JobPhase::ended) return {AttemptState::ended, status, {}};
    return {AttemptState::orphaned, status, std::move(lock)};
}

bool bury(const AttemptFolder& folder, JobStatus status, Instant now) {
    if (status.boot == boot_id() && has_members(status)) kill_cgroup(status.cgroup);
    for (const auto& process : left_over(folder, status)) send_signal(process, SIGKILL);
    if (has_members(status) || !left_over(folder, status).empty()) return false;
    if (!status.cgroup.empty()) remove_cgroup(status.cgroup);
    status.phase = JobPhase::ended;
    status.ended_at = now;
    status.exit_code.reset();
    status.detail = "The machine or its supervisor stopped before the job ended.";
    return folder.write_status(status).has_value();
}

}  // namespace berth
