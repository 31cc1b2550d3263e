// Finds out which GPUs the pods of a running attempt really got, where the node chose among them.
#pragma once

#include <memory>

#include "kubernetes/launcher_tools.hpp"

namespace berth {

class DeviceCheck {
public:
    explicit DeviceCheck(LauncherTools& tools) : tools_(tools) {}

    // Sets the status's GPUs once those of all pods are known. Asks each pod a few times at most.
    void advance(ClusterAttempt& attempt, const AttemptSight& sight);

private:
    LauncherTools& tools_;
};

}  // namespace berth
