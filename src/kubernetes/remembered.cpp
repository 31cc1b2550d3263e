#include "kubernetes/remembered.hpp"

namespace berth {

namespace {

// Its pods may be seen to be gone before the mark in its Job, and after the Job has gone too: Berth
// itself takes away one that has no pods, and Volcano may have been making some.
bool may_have_been_stopped(const ClusterAttempt& attempt) {
    return attempt.stop_is_known || attempt.stop_recorded == InRecord::yes || attempt.kill_at ||
           attempt.job_is_missing;
}

}  // namespace

void remember(const ClusterAttempt& attempt, Instant now, AttemptSight& sight, JobSight& gone) {
    if (may_have_been_stopped(attempt)) sight.stop = attempt.stop;
    const bool is_known_to_be_gone = attempt.job || attempt.job_is_missing;
    if (sight.job != nullptr || !is_known_to_be_gone) return;
    gone = attempt.job.value_or(JobSight{});
    if (!gone.deleted_at) gone.deleted_at = now;
    sight.job = &gone;
}

}  // namespace berth
