#include <fmt/format.h>

#include <algorithm>

#include "kubernetes/assessment.hpp"
#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

bool has_started(const PodSight& pod) {
    return pod.is_gone || pod.running_since || pod.end || pod.phase == "Running" ||
           pod.phase == "Succeeded" || pod.phase == "Failed";
}

std::string pod_trouble(const PodSight& pod, const AttemptSight& sight) {
    if (has_started(pod) || pod.deleted_at) return {};
    if (pod.node.empty()) return placement_trouble(pod, sight);
    if (std::string words = container_trouble(pod, sight); !words.empty()) return words;
    const auto node = std::ranges::find(sight.nodes, pod.node, &NodeSight::name);
    const bool is_well = node != sight.nodes.end() && (*node)->is_ready;
    return is_well ? std::string() : node_trouble(pod.node, sight);
}

// Told in events alone: Volcano tries again and says nothing in the Job's status.
std::string refusal_of_pods(const AttemptSight& sight) {
    const EventSight* newest = nullptr;
    for (const EventSight* event : sight.warnings) {
        if (event->kind != "Job" || event->reason != "FailedCreate") continue;
        if (newest == nullptr || newest->at <= event->at) newest = event;
    }
    return newest == nullptr ? std::string() : explain_refusal(newest->message);
}

// Volcano makes a gang's pods only once its queue and the cluster as a whole have room for all.
std::string gang_trouble(const AttemptSight& sight) {
    if (std::string words = refusal_of_pods(sight); !words.empty()) return words;
    for (const std::string& node : sight.pinned_to) {
        if (std::string words = node_trouble(node, sight); !words.empty()) return words;
    }
    if (sight.group == nullptr || sight.group->phase != "Pending") return {};
    const int pods = sight.job == nullptr ? 1 : std::max(sight.job->pods, 1);
    const std::string others = who_sits_there(sight);
    return fmt::format(
        "Volcano holds the job back before making {}: its queue or the cluster as a whole has less "
        "free than the job asks for. Something without a reservation uses the rest, or the "
        "queue's capability is too small; this is for the cluster's operator.{}{}{}",
        pods == 1 ? "its pod" : fmt::format("its {} pods", pods),
        others.empty() ? "" : " On its nodes there are ", others, others.empty() ? "" : ".");
}

}  // namespace

std::string explain_waiting(const AttemptSight& sight) {
    std::size_t pods = 0;
    for (const PodSight* pod : sight.pods) {
        ++pods;
        if (std::string words = pod_trouble(*pod, sight); !words.empty()) return words;
    }
    const bool all_are_there = sight.job == nullptr || static_cast<int>(pods) >= sight.job->pods;
    return all_are_there ? std::string() : gang_trouble(sight);
}

std::string describe_preparing(const AttemptSight& sight) {
    for (const PodSight* pod : sight.pods) {
        if (has_started(*pod) || pod->deleted_at) continue;
        if (pod->node.empty()) {
            return fmt::format("The scheduler has not placed the pod on {} yet.", node_of(*pod));
        }
        return fmt::format("{} is pulling the image {} and mounting the job's volumes.", pod->node,
                           pod->image);
    }
    return "Volcano has not made the job's pods yet.";
}

}  // namespace berth
