// What would make a booked job fail at night, as the cluster has it now: image, volume claims,
// secrets, queue, nodes, and the checkpoint that it goes on from.
#pragma once

#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

// Asks everything at once and waits, for seconds at most. Not on the client's thread.
std::vector<Finding> kubernetes_preflight(ApiClient& client, const KubernetesOptions& options,
                                          const PreflightWish& wish);

}  // namespace berth
