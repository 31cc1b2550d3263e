// What a reservation's attempt means on this machine: a command line, an environment, a folder.
#pragma once

#include <map>
#include <string>

#include "engine/launcher_port.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/launch_options.hpp"

namespace berth {

using Environment = std::map<std::string, std::string>;

// What `inherited` allows of this process's environment, and what the workload adds to it.
Environment base_environment(const Workload& workload, const LaunchOptions& options);

// Where a reservation's work lies; the same for all its attempts, and for what continues it.
std::filesystem::path work_folder_of(ReservationId work_of, const LaunchOptions& options);
// Of its own work, or of the one that it continues.
std::filesystem::path work_folder_of(const AttemptOrder& order, const LaunchOptions& options);
// Where its command runs.
std::filesystem::path workdir_of(const Workload& workload, const std::filesystem::path& otherwise);

JobOrder make_job_order(const AttemptOrder& order, const AttemptFolder& folder,
                        const LaunchOptions& options, Instant now, SiteClock clock);

}  // namespace berth
