#include "kubernetes/sights.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <string_view>

#include "kubernetes/names.hpp"
#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

namespace js = boost::json;

const js::object& as_object(const js::value& value) {
    static const js::object none;
    return value.is_object() ? value.get_object() : none;
}

std::map<std::string, std::string> annotations_of(const js::object& object) {
    auto annotations = texts_at(object, {"metadata", "annotations"});
    // The workload is the longest of them, and nobody but the container reads it.
    std::erase_if(annotations, [](const auto& entry) {
        return !entry.first.starts_with(annotation::prefix) || entry.first == annotation::workload;
    });
    return annotations;
}

const js::object& controller_of(const js::object& object) {
    static const js::object none;
    for (const js::value& reference : array_at(object, {"metadata", "ownerReferences"})) {
        if (flag_at(as_object(reference), {"controller"})) return as_object(reference);
    }
    return none;
}

std::vector<Condition> conditions_of(const js::object& object) {
    std::vector<Condition> conditions;
    for (const js::value& value : array_at(object, {"status", "conditions"})) {
        const js::object& entry = as_object(value);
        conditions.push_back({text_at(entry, {"type"}), text_at(entry, {"status"}),
                              text_at(entry, {"reason"}), text_at(entry, {"message"}),
                              instant_at(entry, {"lastTransitionTime"})});
    }
    return conditions;
}

int gpus_of(const js::object& pod, const std::string& resource) {
    int sum = 0;
    for (const js::value& container : array_at(pod, {"spec", "containers"})) {
        sum += number_at(as_object(container), {"resources", "limits", resource});
    }
    return sum;
}

// The container that does the work: the one named so, else the first.
const js::object& main_of(const js::array& containers) {
    static const js::object none;
    const auto main = std::ranges::find_if(containers, [](const js::value& container) {
        return text_at(as_object(container), {"name"}) == "main";
    });
    if (main != containers.end()) return as_object(*main);
    return containers.empty() ? none : as_object(containers.front());
}

void read_container(PodSight& sight, const js::object& status) {
    sight.running_since = instant_at(status, {"state", "running", "startedAt"});
    if (field_at(status, {"state", "waiting"}) != nullptr) {
        sight.waiting = Condition{.type = {},
                                  .status = {},
                                  .reason = text_at(status, {"state", "waiting", "reason"}),
                                  .message = text_at(status, {"state", "waiting", "message"}),
                                  .since = {}};
    }
    if (field_at(status, {"state", "terminated"}) == nullptr) return;
    const js::object& end = object_at(status, {"state", "terminated"});
    sight.end = ContainerEnd{number_at(end, {"exitCode"}), text_at(end, {"reason"}),
                             text_at(end, {"message"}), instant_at(end, {"startedAt"}),
                             instant_at(end, {"finishedAt"})};
    if (!sight.running_since) sight.running_since = sight.end->started_at;
}

std::string address_of(const js::object& node) {
    for (const js::value& value : array_at(node, {"status", "addresses"})) {
        const js::object& entry = as_object(value);
        if (text_at(entry, {"type"}) == "InternalIP") return text_at(entry, {"address"});
    }
    return text_at(node, {"metadata", "name"});
}

std::vector<Toleration> taints_of(const js::object& node) {
    std::vector<Toleration> taints;
    for (const js::value& value : array_at(node, {"spec", "taints"})) {
        const js::object& entry = as_object(value);
        Toleration taint{text_at(entry, {"key"}), text_at(entry, {"value"}),
                         text_at(entry, {"effect"})};
        const bool keeps_out = taint.effect == "NoSchedule" || taint.effect == "NoExecute";
        // The taint of a cordon: `is_cordoned` says it already.
        if (!keeps_out || taint.key == "node.kubernetes.io/unschedulable") continue;
        taints.push_back(std::move(taint));
    }
    return taints;
}

std::vector<std::string> images_on(const js::object& node) {
    std::vector<std::string> images;
    for (const js::value& image : array_at(node, {"status", "images"})) {
        for (const js::value& name : array_at(as_object(image), {"names"})) {
            if (name.is_string()) images.emplace_back(name.get_string());
        }
    }
    return images;
}

// Of a node whose device plugin is away the capacity is 0, and the label remembers.
int gpus_on(const js::object& node, const std::string& resource) {
    return std::max(number_at(node, {"status", "capacity", resource}),
                    number_at(node, {"metadata", "labels", "nvidia.com/gpu.count"}));
}

std::optional<Instant> deletion_of(const js::object& pod) {
    const auto grace_ends = instant_at(pod, {"metadata", "deletionTimestamp"});
    if (!grace_ends) return std::nullopt;
    const int grace = number_at(pod, {"metadata", "deletionGracePeriodSeconds"});
    return *grace_ends - std::chrono::seconds(grace);
}

}  // namespace

PodSight pod_sight(const js::object& pod, const std::string& resource, const PodSight* before) {
    const js::object& controller = controller_of(pod);
    PodSight sight;
    sight.name = text_at(pod, {"metadata", "name"});
    sight.namespace_name = text_at(pod, {"metadata", "namespace"});
    sight.uid = text_at(pod, {"metadata", "uid"});
    sight.labels = texts_at(pod, {"metadata", "labels"});
    sight.annotations = annotations_of(pod);
    if (!controller.empty()) {
        sight.owner = text_at(controller, {"kind"}) + " " + text_at(controller, {"name"});
        sight.job_uid = text_at(controller, {"uid"});
    }
    sight.service_account = text_at(pod, {"spec", "serviceAccountName"});
    sight.node = text_at(pod, {"spec", "nodeName"});
    sight.gpus = gpus_of(pod, resource);
    sight.image = text_at(main_of(array_at(pod, {"spec", "containers"})), {"image"});
    sight.phase = text_at(pod, {"status", "phase"});
    sight.reason = text_at(pod, {"status", "reason"});
    sight.message = text_at(pod, {"status", "message"});
    sight.conditions = conditions_of(pod);
    sight.created_at = instant_at(pod, {"metadata", "creationTimestamp"});
    sight.deleted_at = instant_at(pod, {"metadata", "deletionTimestamp"});
    sight.deletion_began_at = deletion_of(pod);
    if (before != nullptr && before->uid == sight.uid && before->deletion_began_at) {
        sight.deletion_began_at = before->deletion_began_at;
    }
    read_container(sight, main_of(array_at(pod, {"status", "containerStatuses"})));
    return sight;
}

JobSight job_sight(const js::object& job) {
    JobSight sight;
    sight.name = text_at(job, {"metadata", "name"});
    sight.namespace_name = text_at(job, {"metadata", "namespace"});
    sight.uid = text_at(job, {"metadata", "uid"});
    sight.labels = texts_at(job, {"metadata", "labels"});
    sight.annotations = annotations_of(job);
    sight.phase = text_at(job, {"status", "state", "phase"});
    sight.message = text_at(job, {"status", "state", "message"});
    sight.pods = number_at(job, {"spec", "minAvailable"});
    sight.created_at = instant_at(job, {"metadata", "creationTimestamp"});
    sight.deleted_at = instant_at(job, {"metadata", "deletionTimestamp"});
    return sight;
}

PodGroupSight pod_group_sight(const js::object& group) {
    return {.name = text_at(group, {"metadata", "name"}),
            .job_uid = text_at(controller_of(group), {"uid"}),
            .phase = text_at(group, {"status", "phase"}),
            .conditions = conditions_of(group)};
}

EventSight event_sight(const js::object& event) {
    auto at = instant_at(event, {"series", "lastObservedTime"});
    if (!at) at = instant_at(event, {"lastTimestamp"});
    if (!at) at = instant_at(event, {"eventTime"});
    return {.kind = text_at(event, {"involvedObject", "kind"}),
            .name = text_at(event, {"involvedObject", "name"}),
            .type = text_at(event, {"type"}),
            .reason = text_at(event, {"reason"}),
            .message = text_at(event, {"message"}),
            .at = at};
}

NodeSight node_sight(const js::object& node, const std::string& resource) {
    NodeSight sight;
    sight.name = text_at(node, {"metadata", "name"});
    sight.address = address_of(node);
    sight.labels = texts_at(node, {"metadata", "labels"});
    sight.gpus = gpus_on(node, resource);
    sight.allocatable = number_at(node, {"status", "allocatable", resource});
    sight.is_cordoned = flag_at(node, {"spec", "unschedulable"});
    for (const Condition& condition : conditions_of(node)) {
        if (condition.type != "Ready") continue;
        sight.is_ready = condition.status == "True";
        if (!sight.is_ready) sight.not_ready_since = condition.since;
    }
    sight.taints = taints_of(node);
    sight.images = images_on(node);
    return sight;
}

}  // namespace berth
