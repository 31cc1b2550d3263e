// Has Volcano look again at a Job that it left behind: it makes a gang's pods when it sees its
// PodGroup change, and a change that came while its own watch was cut off, as in an outage of the
// API server, is lost to it (seen in 1.10). Without this the Job would wait for ever.
#pragma once

#include "kubernetes/assessment.hpp"
#include "kubernetes/launcher_tools.hpp"

namespace berth {

class JobSync {
public:
    explicit JobSync(LauncherTools& tools) : tools_(tools) {}

    // Precondition: it waits for nothing that is known. Asking twice does no harm.
    void advance(ClusterAttempt& attempt, const AttemptSight& sight);

private:
    LauncherTools& tools_;
    SteadyTime next_ = {};  // a Volcano that is busy with a thousand gangs is not to be kept busier
};

// Volcano's Command that says so.
std::string sync_command(const JobSight& job);

}  // namespace berth
