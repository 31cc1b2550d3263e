// What jobs run on at this site, and whether a workload is made for it: an image and volumes belong
// to containers, a cluster's names follow its rules.
#pragma once

#include <optional>
#include <string>

#include "booking/workload.hpp"
#include "json/field_error.hpp"

namespace berth {

enum class RunsOn { processes, kubernetes };
BOOST_DESCRIBE_ENUM(RunsOn, processes, kubernetes)

struct JobSite {
    RunsOn runs_on = RunsOn::processes;
    std::optional<std::string> image = {};  // for workloads that name none
};

// The field ("workload.image") and a sentence that says what to do; nothing when it fits.
std::optional<json::FieldError> misfit(const Workload& workload, const JobSite& site);

}  // namespace berth
