// GPUs by name, on clusters with Dynamic Resource Allocation (resource.k8s.io/v1): what a driver
// publishes of a node's devices, and the claim by which a pod gets exactly its reserved ones. Pure.
//
// The driver is the one that the device class is named after, as NVIDIA's is: gpu.nvidia.com. Of
// its devices those of the type "gpu" count, whole GPUs, each by its uuid.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/launcher_port.hpp"
#include "fleet/fleet.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/node_gpus.hpp"
#include "kubernetes/pod_plan.hpp"

namespace berth {

struct PublishedGpu {
    int number = 0;  // on its node: the driver's index, else its minor, else that in its name
    std::string uuid;
    std::string product;
    std::uint64_t mebibytes = 0;

    bool operator==(const PublishedGpu&) const = default;
};

struct GpuSlice {
    std::string node;
    std::vector<PublishedGpu> gpus;
};
GpuSlice gpu_slice(const boost::json::object& resource_slice, const KubernetesOptions& options);
// All that the list of an answer to slices_path() tells.
std::vector<PublishedGpu> gpus_in_list(std::string_view list, const KubernetesOptions& options);

// Where the driver's slices are asked for: of one node, or a selector for a watch of all.
constexpr auto slices_of_cluster = "/apis/resource.k8s.io/v1/resourceslices";
std::string slices_path(const std::string& node);

// What was ever published of a node, and whether it is still. A driver that starts anew takes its
// slices away for a while.
struct KnownGpus {
    std::map<int, PublishedGpu> all;  // by number
    std::map<int, PublishedGpu> published;

    void take(const std::vector<PublishedGpu>& now);
};
// For watch_on(): the node has as many GPUs as are known, and those published can be allocated.
NodeSight counted_by(const KnownGpus& known, NodeSight sight);
// As gpus_of(), for a node whose sight was counted so.
std::vector<GpuSpec> gpus_of(const WatchedNode& node, const KnownGpus& known,
                             const KubernetesOptions& options, Instant now);

// A ResourceClaim for one pod, with a request for each of its GPUs. Error: the driver does not
// publish one of them.
std::expected<std::string, std::string> resource_claim(const AttemptOrder& order,
                                                       const PlannedPod& pod,
                                                       const std::vector<PublishedGpu>& of_node,
                                                       const KubernetesOptions& options);

}  // namespace berth
