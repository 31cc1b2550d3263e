// Finds out which GPUs the pods of a running attempt really got, where the node chose among them.
#pragma once

#include <memory>
#include <string>

#include "kubernetes/device_reader.hpp"
#include "kubernetes/launcher_tools.hpp"

namespace berth {

class DeviceCheck {
public:
    explicit DeviceCheck(LauncherTools& tools) : tools_(tools) {}

    // Sets the status's GPUs once those of all pods are known. Asks each pod a few times at most:
    // that they stay unknown is no harm to the job.
    void advance(ClusterAttempt& attempt, const AttemptSight& sight);

private:
    void ask(ClusterAttempt& attempt, const PodSight& pod);
    void take(const AttemptId& id, const std::string& pod, const DeviceReader::Answer& answer);

    LauncherTools& tools_;
    std::unique_ptr<DeviceReader> reader_;  // made when it is needed first
    bool told_trouble_ = false;
};

}  // namespace berth
