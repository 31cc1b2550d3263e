// What stands in a pod's way, in whole sentences for the job's owner that say what to do. Each is
// empty where there is nothing wrong. Pure.
#pragma once

#include <string>
#include <string_view>

#include "kubernetes/assessment.hpp"

namespace berth {

// Of a pod that is on its node: image, secrets, the container itself, volumes, sandbox.
std::string container_trouble(const PodSight& pod, const AttemptSight& sight);
// Of a pod that the scheduler does not place.
std::string placement_trouble(const PodSight& pod, const AttemptSight& sight);
// Of a node that cannot take its pod, whatever the scheduler says: gone, not ready, cordoned.
std::string node_trouble(const std::string& node, const AttemptSight& sight);

// The node that a pod is on or is pinned to; empty: not known.
std::string node_of(const PodSight& pod);
// For quoting what others say: on one line, cut after `most` bytes.
std::string in_short(std::string_view text, std::size_t most = 300);
// What stands between `begin` and `end` after it; empty: nowhere.
std::string between(std::string_view text, std::string_view begin, std::string_view end);

// Who else has GPUs on the nodes that it is pinned to: "gpu-1: research/eval (3 GPUs)". Empty:
// nobody is known.
std::string who_sits_there(const AttemptSight& sight);

}  // namespace berth
