// What Berth remembers of an attempt beside what is to be seen of it now: why it was stopped, and
// the Job that is gone. Pure.
//
//     JobSight gone;
//     remember(attempt, now, sight, gone);   // `sight.job` may be &gone then
#pragma once

#include "kubernetes/assessment.hpp"
#include "kubernetes/cluster_attempt.hpp"

namespace berth {

void remember(const ClusterAttempt& attempt, Instant now, AttemptSight& sight, JobSight& gone);

}  // namespace berth
