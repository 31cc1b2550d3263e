// GPUs that pods hold by ResourceClaims which are not Berth's, where the cluster has Dynamic
// Resource Allocation. Such a pod asks for no GPUs by number: its claims say how many it has, and
// name the pods that they are reserved for. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kubernetes/kubernetes_options.hpp"

namespace berth {

struct ForeignClaim {
    int gpus = 0;
    std::vector<std::string> pods;  // their uids; each of them holds all of its GPUs
};

// Nothing: it is this Berth's, has no GPU yet, or no pod uses it.
std::optional<ForeignClaim> foreign_claim(const boost::json::object& resource_claim,
                                          const KubernetesOptions& options);

class ClaimedGpus {
public:
    // How the claim is now; nothing: it is gone, or of no interest. Returns the uids of the pods
    // that may hold others than before.
    std::set<std::string> take(const std::string& key, std::optional<ForeignClaim> claim);
    [[nodiscard]] int held_by(const std::string& pod_uid) const;

private:
    std::map<std::string, ForeignClaim> claims_;  // by key
    std::map<std::string, int> gpus_;             // by the uid of the pod
};

}  // namespace berth
