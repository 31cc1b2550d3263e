// Makes the ResourceClaims of an attempt, one for each pod, before its Job: from what the driver
// publishes of the pod's node just then. A claim that is there already is the attempt's own.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "kubernetes/launcher_tools.hpp"
#include "kubernetes/pod_plan.hpp"

namespace berth {

// `then` comes once on the client's thread: with a good answer when all are there, else with the
// first that is not.
void make_claims(LauncherTools& tools, const ClusterAttempt& attempt, std::vector<PlannedPod> pods,
                 std::function<void(ClusterAttempt&, const ApiReply&)> then);

}  // namespace berth
