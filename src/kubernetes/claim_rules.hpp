// Whether a job's volume claims will do: there, bound, and usable from all its nodes. Pure.
#pragma once

#include <vector>

#include "kubernetes/preflight_rules.hpp"
#include "kubernetes/preflight_scope.hpp"

namespace berth {

std::vector<Finding> claim_findings(const PreflightScope& scope, const Answers& answers);
// The site's claim for checkpoints and results. Without one nothing can be resumed.
Finding work_finding(const PreflightScope& scope, const KubernetesOptions& options,
                     const Answers& answers);

}  // namespace berth
