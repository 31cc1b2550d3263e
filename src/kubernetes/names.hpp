// What Berth's objects in a cluster are called, and the labels by which it finds them again after
// any crash. Names follow from the attempt alone, so that nothing is made twice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/launcher_port.hpp"

namespace berth {

namespace label {
constexpr auto site = "berth.dev/site";
constexpr auto reservation = "berth.dev/reservation";  // "r-17" or "q-4"
constexpr auto attempt = "berth.dev/attempt";          // "1"
constexpr auto rank = "berth.dev/rank";                // of a pod among its attempt's, from 0
constexpr auto role = "berth.dev/role";                // "job" or "image-pull"
}  // namespace label

namespace annotation {
constexpr auto notice = "berth.dev/notice";      // of a pod: the notice's JSON, when it has one
constexpr auto workload = "berth.dev/workload";  // of a pod: what berth-yolo is to do
constexpr auto ends_at = "berth.dev/ends-at";    // of a Job
constexpr auto stop = "berth.dev/stop";          // of a Job: why it was stopped, once it was
}  // namespace annotation

std::string job_name(const std::string& site, const AttemptId& id);     // "berth-r-17-1"
std::string secret_name(const std::string& site, const AttemptId& id);  // the job's token
std::string image_pull_name(const std::string& site, const AttemptId& id, std::string_view node);
std::string claim_name(const std::string& site, const AttemptId& id, int rank);

std::map<std::string, std::string> labels_of(const std::string& site, const AttemptId& id);
std::string selector_of_site(const std::string& site);  // a label selector
std::string selector_of(const std::string& site, const AttemptId& id);

// Nothing: these are not the labels of an attempt's.
std::optional<AttemptId> attempt_in(const std::map<std::string, std::string>& labels);

}  // namespace berth
