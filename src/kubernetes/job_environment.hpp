// The environment of a job's container: the workload's own, then what Berth says, which a workload
// cannot override. Among the latter the ranks of a gang, for torch.distributed and for torchrun
// (whose PET_… variables are its options). Pure.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kubernetes/objects.hpp"

namespace berth {

// Where the container finds its files.
namespace in_pod {
constexpr auto work = "/berth";
constexpr auto berth_files = "/etc/berth";
constexpr auto notice_file = "/etc/berth/notice";
constexpr auto workload_file = "/etc/berth/workload.json";
}  // namespace in_pod

// The container's `env`.
boost::json::array environment_of(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                                  const PlannedPod& pod, const NodeAddresses& addresses,
                                  const KubernetesOptions& options);

// Kubernetes replaces "$(NAME)" in commands and environments; this says the text as it is.
std::string unexpanded(std::string_view text);

}  // namespace berth
