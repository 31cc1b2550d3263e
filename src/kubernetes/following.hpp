// An accepted attempt, from its Job to its end: what the cluster shows of it becomes its status,
// its logs are kept, and what it is to be told or stopped for is done.
#pragma once

#include "kubernetes/device_check.hpp"
#include "kubernetes/gang_end.hpp"
#include "kubernetes/job_sync.hpp"
#include "kubernetes/launcher_tools.hpp"
#include "kubernetes/pod_notes.hpp"

namespace berth {

class Following {
public:
    explicit Following(LauncherTools& tools)
        : tools_(tools), gang_end_(tools), notes_(tools), devices_(tools), job_sync_(tools) {}

    // Precondition: it is accepted and not over.
    void advance(ClusterAttempt& attempt);

private:
    void wait_for_sight(ClusterAttempt& attempt);
    void check_job(ClusterAttempt& attempt);
    void look_around(ClusterAttempt& attempt);
    void judge(ClusterAttempt& attempt, const AttemptSight& sight);
    void judge_end(ClusterAttempt& attempt, const AttemptSight& sight, AttemptStatus status);
    void conclude(ClusterAttempt& attempt, AttemptStatus status);
    void keep_logs(ClusterAttempt& attempt, const AttemptSight& sight);
    void set_times(ClusterAttempt& attempt, AttemptStatus& status) const;

    LauncherTools& tools_;
    GangEnd gang_end_;
    PodNotes notes_;
    DeviceCheck devices_;
    JobSync job_sync_;
};

// Any start passes through what looks like trouble for a moment: it is told only when it lasts, and
// then with how long Berth goes on trying.
void explain_late(ClusterAttempt& attempt, const LauncherTools& tools);

// "gpu-1/0,gpu-1/1,gpu-2/0" → gpu-1, gpu-2.
std::vector<std::string> nodes_in(const std::string& gpus);

}  // namespace berth
