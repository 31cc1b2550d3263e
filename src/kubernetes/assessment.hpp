// What a Job and its pods together say about an attempt: waiting (and what for, in words for its
// owner), running since when, ended how. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kubernetes/sights.hpp"

namespace berth {

struct AttemptSight {
    const JobSight* job = nullptr;  // null: the cluster has none
    const PodGroupSight* group = nullptr;
    std::vector<const PodSight*> pods = {};    // of this attempt, terminating ones included
    std::vector<const NodeSight*> nodes = {};  // those that it is pinned to and that exist
    std::vector<std::string> pinned_to = {};   // their names, those that do not exist too
};

// Precondition: `sight.job` is there, or some pod is. The status of a Job that is being stopped is
// `running` until its last pod is gone.
AttemptStatus assess(const AttemptId& id, const AttemptSight& sight);

// Why the pods of a started slot do not all run yet, in words that tell its owner what to do; empty
// while nothing is wrong. Image, volume, secret, taint, quota, full node, webhook; and the gang
// that has no pods at all because its totals do not fit.
std::string explain_waiting(const AttemptSight& sight);

// How it ended: the exit code of the pod that failed first (0: all succeeded) and why in words,
// with the container's reason and last lines. Nothing while some pod is not over.
struct AttemptEnd {
    std::optional<int> exit_code;
    std::optional<Instant> ended_at;
    std::string detail;
};
std::optional<AttemptEnd> end_of(const AttemptSight& sight);

}  // namespace berth
