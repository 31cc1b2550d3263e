// What a Job and its pods together say about an attempt: waiting (and what for, in words for its
// owner), running since when, ended how. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kubernetes/sights.hpp"

namespace berth {

struct AttemptSight {
    const JobSight* job = nullptr;  // null: the cluster has none
    const PodGroupSight* group = nullptr;
    // Of this attempt, terminating ones included, and those that are gone, where they were seen.
    std::vector<const PodSight*> pods = {};
    std::vector<const NodeSight*> nodes = {};  // those that it is pinned to and that exist
    std::vector<std::string> pinned_to = {};   // their names, those that do not exist too
    // Where known: what else has GPUs on those nodes, and the warnings about the Job and its pods.
    std::vector<const PodSight*> neighbours = {};
    std::vector<const EventSight*> warnings = {};
    // Why Berth has stopped it, where it knows so without the Job, which may not say it yet or be
    // gone.
    std::string stop = {};
};

// Precondition: `sight.job` is there, or some pod is. A Job that is being stopped is `running`
// until the last pod that ran is over; one whose pods never ran is `waiting` until then. A Job that
// is to stop before it has pods has to be deleted: it could get them any moment.
AttemptStatus assess(const AttemptId& id, const AttemptSight& sight);

// A pod of the gang failed or was deleted while others go on: they wait for it in vain, and are to
// be stopped. False where they were told to stop already.
bool should_end(const AttemptSight& sight);

// Why the pods of a started slot do not all run yet, in words that tell its owner what to do; empty
// while nothing is wrong. Image, volume, secret, taint, quota, full node, webhook; and the gang
// that has no pods at all because its totals do not fit. Whole sentences. Any start passes through
// states that look like trouble for a moment: it is worth telling after some seconds only.
std::string explain_waiting(const AttemptSight& sight);
// What it is at while nothing is wrong, for one that takes long nonetheless: pulling its image.
std::string describe_preparing(const AttemptSight& sight);
// The same words for what the API server, or a webhook, said when it refused a Job or a pod.
std::string explain_refusal(std::string_view message);

// How it ended: the exit code of the pod that failed first (0: all succeeded; of one that was
// stopped, rather a code that its program chose than a signal's) and why in words, with the
// container's reason and last lines. Nothing while some pod is not over.
struct AttemptEnd {
    std::optional<int> exit_code;
    std::optional<Instant> ended_at;
    std::string detail;
};
std::optional<AttemptEnd> end_of(const AttemptSight& sight);

}  // namespace berth
