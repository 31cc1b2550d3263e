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
    return fmt::format(
        "Volcano holds the job back before making {}: its queue or the cluster as a whole has less "
        "free than the job asks for. Something without a reservation uses the rest, or the "
        "queue's capability is too small; this is for the cluster's operator.",
        pods == 1 ? "its pod" : fmt::format("its {} pods", pods));
}

// Volcano prints the API server's whole answer as Go does.
std::string spoken(std::string_view message) {
    const std::string inner = between(message, "Message:\"", "\", Reason:");
    if (inner.empty()) return in_short(message);
    std::string words;
    for (const char letter : inner) {
        if (letter != '\\') words += letter;
    }
    return in_short(words);
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

std::string explain_refusal(std::string_view message) {
    const std::string said = spoken(message);
    const auto says = [&](std::string_view words) { return said.find(words) != std::string::npos; };
    if (says("exceeded quota")) {
        const std::string quota = between(said, "exceeded quota: ", ",");
        return fmt::format(
            "The namespace's quota \"{}\" does not let the job in: {}. Ask the cluster's operator "
            "to raise it, or end something else there.",
            quota, said);
    }
    if (says("failed calling webhook")) {
        return fmt::format(
            "The cluster takes no new pods, as its webhook {} does not answer. This is for the "
            "cluster's operator.",
            between(said, "failed calling webhook \"", "\""));
    }
    if (says("PriorityClass")) {
        return fmt::format(
            "The cluster lacks a priority class that Berth is configured to use ({}). Create it, "
            "or correct launch.kubernetes.priority_classes.",
            said);
    }
    if (says("cannot create resource")) {
        return fmt::format(
            "Berth's account in the cluster lacks a permission: {}. The operator has to give it "
            "the roles of deploy/kubernetes there.",
            said);
    }
    if (const std::string name = between(said, "namespaces \"", "\" not found"); !name.empty()) {
        return fmt::format(
            "The cluster has no namespace \"{}\". Create it, or correct "
            "launch.kubernetes.namespace.",
            name);
    }
    if (const std::string name = between(said, "serviceaccount \"", "\" not found");
        !name.empty()) {
        return fmt::format(
            "The namespace has no service account \"{}\". Create it, or correct "
            "launch.kubernetes.service_account.",
            name);
    }
    if (says("queue")) {
        return fmt::format(
            "Volcano does not take the job into its queue: {}. Create or open the queue, or "
            "correct launch.kubernetes.queue.",
            said);
    }
    if (says("violates PodSecurity")) {
        return fmt::format(
            "The namespace's pod security level does not allow the job's pods: {}. This is for the "
            "cluster's operator.",
            said);
    }
    return fmt::format("The cluster refuses the job's pods: {}.", said);
}

}  // namespace berth
