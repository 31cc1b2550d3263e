// The objects that an attempt is made of, as JSON for the API server. Pure: the same order makes
// the same bytes.
//
// A Volcano Job is a gang: one task of one pod for each planned pod, so that each is pinned to its
// node and knows its rank; `minAvailable` is all of them. A pod that is deleted ends the Job
// (policy PodEvicted → TerminateJob): Volcano must never make one anew.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/pod_plan.hpp"

namespace berth {

// Where each node is reached by the others: with host_network the rank-0 pod's node address is the
// master's.
using NodeAddresses = std::map<std::string, std::string>;

std::string job_object(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                       const NodeAddresses& addresses, const KubernetesOptions& options);
// Holds BERTH_TOKEN.
std::string token_secret(const AttemptOrder& order, const KubernetesOptions& options);
// Runs nothing to speak of on that node: there for its image alone.
std::string image_pull_pod(const AttemptOrder& order, const std::string& node,
                           const KubernetesOptions& options);

// The folder under the work volume's root that an attempt works in ("r-17").
std::string work_folder_name(const AttemptOrder& order);
// Of the workload, or the site's. Nothing: neither names one.
std::optional<std::string> image_of(const Workload& workload, const KubernetesOptions& options);

}  // namespace berth
