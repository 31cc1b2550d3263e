// How an attempt's GPUs become pods: one a node, or, where the workload says `gpus_per_node`, as
// many of that size as its GPUs on the node make.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"

namespace berth {

struct PlannedPod {
    int rank = 0;  // the pod's, from 0, in the order of its first GPU
    std::string node;
    std::vector<std::string> gpus;  // ids
};

// Error: the GPUs on a node are not a multiple of `gpus_per_node`, or the pods are not as many as
// `nodes` says.
std::expected<std::vector<PlannedPod>, std::string> plan_pods(
    const Workload& workload, const std::vector<std::string>& gpus,
    const std::vector<std::string>& nodes);

}  // namespace berth
