// The GPUs of a cluster's nodes as an inventory declares them, and which of them can be used now.
// Pure: a node's past is handed in.
//
// A node that is not ready, or whose device plugin starts anew, is usually back within seconds.
// Bookings do not move for that: until `node_settling` is over its GPUs count as before. A cordon
// and a taint are somebody's decision and count at once.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/sights.hpp"

namespace berth {

// As long as Kubernetes itself waits for a node that does not answer before it calls it not ready.
inline constexpr std::chrono::seconds node_settling{40};

struct WatchedNode {
    NodeSight sight;
    int settled = 0;                 // so many of its GPUs could be used before some were lost
    std::optional<Instant> lost_at;  // since when it has had fewer than that
};

// `before`: what was known of the node; null: nothing.
WatchedNode watch_on(const WatchedNode* before, NodeSight sight, Instant now);
// When its GPUs count as lost, unless they come back before.
std::optional<Instant> settles_at(const WatchedNode& node);

// From now until then; nothing: there is nothing to wait for.
std::optional<Duration> until_settled(const WatchedNode& node, Instant now);
// So many GPUs pods can hold there, however new ones are kept away.
int allocatable_gpus(const WatchedNode& node, Instant now);

// Why pods of Berth's cannot go there now: "is cordoned". Nothing: they can.
std::optional<std::string> why_unusable(const NodeSight& node, const KubernetesOptions& options);

// In order of device. Those beyond what can be used are `unready`.
std::vector<GpuSpec> gpus_of(const WatchedNode& node, const KubernetesOptions& options,
                             Instant now);

// Those a person would choose GPUs by: place (zone, region, rack and the like), product, kind of
// machine, and all under berth.dev/. Labels tell GPUs apart, so those that differ from node to node
// for no reason would make equal GPUs unequal.
Labels useful_labels(const std::map<std::string, std::string>& labels);

// "gpu-2" before "gpu-10".
struct NaturalOrder {
    bool operator()(const std::string& a, const std::string& b) const;
};

}  // namespace berth
