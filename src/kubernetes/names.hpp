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
constexpr auto role = "berth.dev/role";                // one of role::…
}  // namespace label

namespace role {
constexpr auto job = "job";  // of a Job and its pods
constexpr auto image_pull = "image-pull";
}  // namespace role

namespace annotation {
constexpr auto prefix = "berth.dev/";
constexpr auto notice = "berth.dev/notice";      // of a pod: the notice's JSON, when it has one
constexpr auto workload = "berth.dev/workload";  // of a pod: what berth-yolo is to do
constexpr auto ends_at = "berth.dev/ends-at";    // of a Job
constexpr auto stop = "berth.dev/stop";          // of a Job, once it was stopped: one of stop_words
constexpr auto owner = "berth.dev/owner";
constexpr auto title = "berth.dev/title";
constexpr auto gpus = "berth.dev/gpus";  // ids, as booked: "gpu-1/0,gpu-1/1"
}  // namespace annotation

// The sentences that `annotation::stop` holds. Others may stand there too: they are for people.
namespace stop_words {
constexpr auto told = "Stopped when it was told to.";
constexpr auto at_end = stopped_at_end;
// It is as if it had not been stopped: how that pod ended is how the attempt ended.
constexpr auto pod_failed = "Stopped, as one of its pods was over before the others.";
}  // namespace stop_words

std::string job_name(const std::string& site, const AttemptId& id);     // "berth-r-17-1"
std::string secret_name(const std::string& site, const AttemptId& id);  // the job's token
std::string image_pull_name(const std::string& site, const AttemptId& id, std::string_view node);
std::string task_name(int rank);  // of a pod's task in the Volcano Job: "rank-0"
// As Volcano names it: "berth-r-17-1-rank-0-0". Short enough to be its host name.
std::string pod_name(const std::string& site, const AttemptId& id, int rank);
std::string claim_name(const std::string& site, const AttemptId& id, int rank);

std::map<std::string, std::string> labels_of(const std::string& site, const AttemptId& id);
std::string selector_of_site(const std::string& site);  // a label selector
std::string selector_of(const std::string& site, const AttemptId& id);

// What managed nodes may be tainted with (effect NoSchedule) so that nothing else comes there.
constexpr auto reserved_taint = "berth.dev/reserved";

// Nothing: these are not the labels of an attempt's.
std::optional<AttemptId> attempt_in(const std::map<std::string, std::string>& labels);
// A pod's.
std::optional<int> rank_in(const std::map<std::string, std::string>& labels);

}  // namespace berth
