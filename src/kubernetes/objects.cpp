#include "kubernetes/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "kubernetes/names.hpp"
#include "kubernetes/pod_template.hpp"

namespace berth {

namespace {

namespace js = boost::json;

js::object metadata_of(const AttemptOrder& order, const std::string& name,
                       const KubernetesOptions& options) {
    js::object labels;
    for (const auto& [key, value] : labels_of(options.site, order.id)) labels[key] = value;
    return {{"name", name},
            {"namespace", namespace_of(options, order.team)},
            {"labels", std::move(labels)}};
}

js::object job_metadata(const AttemptOrder& order, const KubernetesOptions& options) {
    js::object metadata = metadata_of(order, job_name(options.site, order.id), options);
    metadata["labels"].as_object()[label::role] = role::job;
    metadata["annotations"] = {{annotation::owner, order.owner},
                               {annotation::title, order.title},
                               {annotation::gpus, fmt::format("{}", fmt::join(order.gpus, ","))},
                               {annotation::ends_at, to_rfc3339(order.ends_at)},
                               // Berth alone decides who has to go.
                               {"volcano.sh/preemptable", "false"}};
    return metadata;
}

js::array tasks_of(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                   const NodeAddresses& addresses, const KubernetesOptions& options) {
    js::array tasks;
    for (const PlannedPod& pod : pods) {
        tasks.push_back(
            js::object{{"name", task_name(pod.rank)},
                       {"replicas", 1},
                       {"minAvailable", 1},
                       {"maxRetry", 1},
                       {"template", pod_template(order, pods, pod, addresses, options)}});
    }
    return tasks;
}

}  // namespace

std::string job_object(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                       const NodeAddresses& addresses, const KubernetesOptions& options) {
    js::object spec{
        {"schedulerName", "volcano"},
        {"queue", queue_of(options, order.team)},
        {"minAvailable", pods.size()},
        // Volcano's admission takes 0 for 3; with 1 it gives up instead of starting a Job again.
        {"maxRetry", 1},
        {"policies", js::array{js::object{{"event", "PodEvicted"}, {"action", "TerminateJob"}}}},
        {"tasks", tasks_of(order, pods, addresses, options)}};
    const auto priority = options.priority_classes.find(order.priority);
    if (priority != options.priority_classes.end()) spec["priorityClassName"] = priority->second;
    if (pods.size() > 1 && !options.host_network) {
        // Names for the pods, known before they are ready: they wait for each other to be so.
        spec["plugins"] = {{"svc", js::array{"--publish-not-ready-addresses=true"}}};
    }
    return js::serialize(js::object{{"apiVersion", "batch.volcano.sh/v1alpha1"},
                                    {"kind", "Job"},
                                    {"metadata", job_metadata(order, options)},
                                    {"spec", std::move(spec)}});
}

std::string token_secret(const AttemptOrder& order, const KubernetesOptions& options) {
    return js::serialize(
        js::object{{"apiVersion", "v1"},
                   {"kind", "Secret"},
                   {"metadata", metadata_of(order, secret_name(options.site, order.id), options)},
                   {"type", "Opaque"},
                   {"stringData", {{"BERTH_TOKEN", order.token}}}});
}

std::string image_pull_pod(const AttemptOrder& order, const std::string& node,
                           const KubernetesOptions& options) {
    js::object metadata =
        metadata_of(order, image_pull_name(options.site, order.id, node), options);
    metadata["labels"].as_object()[label::role] = role::image_pull;
    js::object container{{"name", "pull"},
                         {"image", image_of(order.workload, options).value_or("")},
                         {"imagePullPolicy", "IfNotPresent"},
                         {"command", js::array{"true"}}};
    // Until the start and as long again: a slow pull serves the start too.
    const std::chrono::seconds deadline =
        std::max<std::chrono::seconds>(2 * options.prepares_ahead, std::chrono::minutes{10});
    js::object spec{{"nodeName", node},
                    {"restartPolicy", "Never"},
                    {"activeDeadlineSeconds", deadline.count()},
                    {"terminationGracePeriodSeconds", 0},
                    {"enableServiceLinks", false},
                    {"automountServiceAccountToken", false},
                    {"tolerations", js::array{js::object{{"operator", "Exists"}}}},
                    {"containers", js::array{std::move(container)}}};
    // A network of its own is of no use to it, and takes longer to make.
    if (options.host_network) spec["hostNetwork"] = true;
    if (!options.image_pull_secrets.empty()) {
        spec["imagePullSecrets"] = references(options.image_pull_secrets);
    }
    return js::serialize(js::object{{"apiVersion", "v1"},
                                    {"kind", "Pod"},
                                    {"metadata", std::move(metadata)},
                                    {"spec", std::move(spec)}});
}

std::string work_folder_name(const AttemptOrder& order) {
    return order.work_of.value_or(order.id.reservation).text();
}

std::optional<std::string> image_of(const Workload& workload, const KubernetesOptions& options) {
    if (workload.image && !workload.image->empty()) return workload.image;
    return options.image;
}

}  // namespace berth
