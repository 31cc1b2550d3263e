// What would make a workload fail on this machine, found before its time.
#pragma once

#include <vector>

#include "booking/reservation.hpp"
#include "launch/launch_options.hpp"

namespace berth {

std::vector<Finding> check_workload(const Workload& workload, const LaunchOptions& options);

}  // namespace berth
