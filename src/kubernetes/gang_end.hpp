// Ends what has to end: stopped by its owner, at its end, with the rest of a gang, given up, or
// together with its node. First the Job is marked with why, which is recorded on this machine too,
// then the logs' streams are opened, and only then its pods are deleted, with so much grace that
// the kill falls on the end of its time.
#pragma once

#include <string>

#include "kubernetes/launcher_tools.hpp"

namespace berth {

class GangEnd {
public:
    explicit GangEnd(LauncherTools& tools) : tools_(tools) {}

    // Precondition: it is accepted and not over. `sight` and the attempt's status are of now.
    void advance(ClusterAttempt& attempt, const AttemptSight& sight);

private:
    bool end_is_in_doubt(ClusterAttempt& attempt, const AttemptSight& sight);
    void take_back(ClusterAttempt& attempt);
    [[nodiscard]] std::string why_to_stop(ClusterAttempt& attempt, const AttemptSight& sight) const;
    [[nodiscard]] std::optional<Instant> end_of_time(ClusterAttempt& attempt,
                                                     const AttemptSight& sight) const;
    bool follower_is_late(ClusterAttempt& attempt) const;
    [[nodiscard]] std::string lost_node_of(ClusterAttempt& attempt, const PodSight& pod) const;
    void stop(ClusterAttempt& attempt, const AttemptSight& sight);
    bool tell_why(ClusterAttempt& attempt, bool in_job);
    bool may_be_told_yet(ClusterAttempt& attempt);
    void record(ClusterAttempt& attempt);
    void mark(ClusterAttempt& attempt);
    void delete_job(ClusterAttempt& attempt);
    void delete_pods(ClusterAttempt& attempt, const AttemptSight& sight);
    void delete_pod(ClusterAttempt& attempt, const PodSight& pod, std::int64_t grace_s);
    [[nodiscard]] bool logs_may_be_lost(ClusterAttempt& attempt, const AttemptSight& sight);

    LauncherTools& tools_;
};

// The pods of it that have output, or all of them.
std::vector<LogSource> log_sources(const AttemptSight& sight);

}  // namespace berth
