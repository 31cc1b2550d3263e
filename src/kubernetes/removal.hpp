// Takes what is over out of the cluster and off this machine: the Job with its pods, the Secret,
// the device claims, the pods that pulled images, the log's folder, and last the record's entry.
#pragma once

#include "kubernetes/launcher_tools.hpp"

namespace berth {

class Removal {
public:
    explicit Removal(LauncherTools& tools) : tools_(tools) {}

    // True once nothing is left: the attempt is to be dropped.
    bool advance(ClusterAttempt& attempt);

private:
    bool remove(ClusterAttempt& attempt, const std::string& what, const std::string& path);

    LauncherTools& tools_;
};

}  // namespace berth
