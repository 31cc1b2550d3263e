#include "kubernetes/job_sync.hpp"

#include <boost/json.hpp>

#include "kubernetes/names.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;

// A busy Volcano takes its time; one that was cut off may have forgotten.
constexpr milliseconds patience_else{60'000};
constexpr milliseconds patience_after_outage{8'000};
constexpr milliseconds outage_is_felt_for{180'000};
constexpr milliseconds between_commands{15'000};  // of one Job
constexpr milliseconds between_jobs{200};
constexpr milliseconds between_looks{2'000};
constexpr auto batch = "batch.volcano.sh/v1alpha1";

bool may_have_pods(const AttemptSight& sight) {
    if (sight.job == nullptr || sight.job->deleted_at || !sight.pods.empty()) return false;
    return sight.group == nullptr || sight.group->phase == "Inqueue";
}

}  // namespace

std::string sync_command(const JobSight& job) {
    const boost::json::object owner{
        {"apiVersion", batch}, {"kind", "Job"}, {"name", job.name}, {"uid", job.uid}};
    return boost::json::serialize(
        boost::json::object{{"apiVersion", "bus.volcano.sh/v1alpha1"},
                            {"kind", "Command"},
                            {"metadata",
                             {{"name", job.name},
                              {"namespace", job.namespace_name},
                              {"ownerReferences", boost::json::array{owner}}}},
                            {"action", "SyncJob"},
                            {"target", owner},
                            {"reason", "HasNoPods"},
                            {"message", "It may have its pods, and has none."}});
}

void JobSync::advance(ClusterAttempt& attempt, const AttemptSight& sight) {
    if (!may_have_pods(sight)) return attempt.podless_since.reset();
    const SteadyTime now = std::chrono::steady_clock::now();
    const bool was_outage = now - tools_.view->sees_nodes_since() < outage_is_felt_for;
    const milliseconds patience = was_outage ? patience_after_outage : patience_else;
    if (!attempt.podless_since) {
        attempt.podless_since = now;
        tools_.touch_later(attempt.id, patience + milliseconds(10));
    }
    if (now - *attempt.podless_since < patience) return;
    if (now < next_) return tools_.touch_later(attempt.id, between_looks);
    next_ = now + between_jobs;
    // Volcano deletes it when it takes it up: one that is there still is as good as a new one.
    tools_.ask(
        attempt, "sync",
        {.method = "POST",
         .path = "/apis/bus.volcano.sh/v1alpha1/namespaces/" + attempt.namespace_name + "/commands",
         .body = sync_command(*sight.job)},
        [](ClusterAttempt&, const ApiReply&) {}, between_commands);
}

}  // namespace berth
