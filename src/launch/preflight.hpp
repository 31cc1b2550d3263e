// Looks beforehand at what would make a workload fail on this machine at night.
#pragma once

#include <vector>

#include "booking/reservation.hpp"
#include "engine/launcher_port.hpp"
#include "launch/launch_options.hpp"

namespace berth {

// A command: its program and its folder. A YOLO training: what `berth-yolo --check` says within
// `check_limit`. A continuation: the checkpoint too. What is right is found too, so that the owner
// sees what was looked at.
std::vector<Finding> check_beforehand(const Workload& workload,
                                      const std::optional<Resumption>& resumption,
                                      const LaunchOptions& options);

}  // namespace berth
