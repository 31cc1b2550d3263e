#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

bool says(std::string_view text, std::initializer_list<std::string_view> any_of) {
    return std::ranges::any_of(
        any_of, [&](std::string_view words) { return text.find(words) != std::string_view::npos; });
}

// Registries and container runtimes have no common words for the same thing.
std::string why_no_image(std::string_view message) {
    if (says(message, {"not found", "NotFound", "manifest unknown", "name unknown"})) {
        return "not found. Check its name, or that the pull secret may read it.";
    }
    if (says(message, {"unauthorized", "authorization failed", "401 Unauthorized", "403 Forbidden",
                       "denied"})) {
        return "the registry refuses it. Check its name and the namespace's image pull secret.";
    }
    if (says(message, {"toomanyrequests", "429 Too Many"})) {
        return "the registry answers that too much was pulled lately. Log in there with an image "
               "pull secret, or use a mirror.";
    }
    if (says(message, {"no such host", "timeout", "connection refused", "no route to host", "x509",
                       "TLS", "deadline exceeded", "request canceled", "EOF"})) {
        return fmt::format(
            "the node does not reach the registry ({}). Check the registry's name; otherwise this "
            "is for the cluster's operator.",
            in_short(message.substr(
                message.rfind(": ") == std::string_view::npos ? 0 : message.rfind(": ") + 2)));
    }
    if (says(message, {"no space left"})) {
        return "the node's disk is full. This is for the cluster's operator.";
    }
    return message.empty() ? std::string("the node gives no reason yet.")
                           : fmt::format("{}.", in_short(message));
}

std::string image_trouble(const PodSight& pod) {
    const std::string& reason = pod.waiting->reason;
    const std::string_view message = pod.waiting->message;
    if (reason == "InvalidImageName") {
        return fmt::format(
            "\"{}\" is not a valid name of an image: write it in lower case, like "
            "registry.example/team/yolo:1.",
            pod.image);
    }
    if (reason == "ErrImageNeverPull") {
        return fmt::format("The image {} is not on {}, and may not be pulled there.", pod.image,
                           pod.node);
    }
    const bool is_of_image = reason == "ErrImagePull" || reason == "ImagePullBackOff" ||
                             reason == "ImageInspectError" || reason == "RegistryUnavailable" ||
                             reason == "SignatureValidationFailed";
    if (!is_of_image) return {};
    return fmt::format("The image {} cannot be pulled on {}: {}", pod.image, pod.node,
                       why_no_image(message));
}

std::string config_trouble(const PodSight& pod) {
    if (pod.waiting->reason != "CreateContainerConfigError") return {};
    const std::string& message = pod.waiting->message;
    const std::string secret = between(message, "secret \"", "\" not found");
    if (!secret.empty()) {
        return fmt::format(
            "There is no secret \"{}\" in the namespace {}, from which the job is to get its "
            "environment. Create it there, or take it out of the job's `secrets`.",
            secret, pod.namespace_name);
    }
    return fmt::format("The container on {} cannot be set up: {}. Check the job's secrets.",
                       pod.node, in_short(message));
}

std::string start_trouble(const PodSight& pod) {
    const std::string& reason = pod.waiting->reason;
    if (reason != "CreateContainerError" && reason != "RunContainerError") return {};
    return fmt::format(
        "The container on {} cannot be started: {}. Check the job's command and its working "
        "folder, and that the image {} has both.",
        pod.node, in_short(pod.waiting->message), pod.image);
}

// The newest of these; the pod itself says "ContainerCreating" all the while.
const EventSight* newest_warning(const PodSight& pod, const AttemptSight& sight) {
    const EventSight* newest = nullptr;
    for (const EventSight* event : sight.warnings) {
        if (event->kind != "Pod" || event->name != pod.name) continue;
        if (newest == nullptr || newest->at <= event->at) newest = event;
    }
    return newest;
}

std::string preparing_trouble(const PodSight& pod, const AttemptSight& sight) {
    if (pod.waiting && pod.waiting->reason != "ContainerCreating" &&
        pod.waiting->reason != "PodInitializing") {
        return {};
    }
    const EventSight* warning = newest_warning(pod, sight);
    if (warning == nullptr) return {};
    const std::string said = in_short(warning->message);
    if (warning->reason == "FailedMount" || warning->reason == "FailedAttachVolume") {
        return fmt::format(
            "A volume of the job cannot be mounted on {}: {}. Check the job's claims; where they "
            "are right, this is for the cluster's operator.",
            pod.node, said);
    }
    if (warning->reason == "FailedPrepareDynamicResources") {
        return fmt::format(
            "{} does not give the pod its GPUs: {}. This is for the cluster's operator: {}.",
            pod.node, said,
            said.find("not allocated") == std::string::npos
                ? "the GPUs' driver on the node makes them ready"
                : "Volcano's scheduler has to be told to allocate claims of devices");
    }
    if (warning->reason == "FailedCreatePodSandBox") {
        return fmt::format(
            "{} cannot make the pod's sandbox: {}. This is for the cluster's operator.", pod.node,
            said);
    }
    return {};
}

}  // namespace

std::string container_trouble(const PodSight& pod, const AttemptSight& sight) {
    if (pod.waiting) {
        for (auto* trouble : {&image_trouble, &config_trouble, &start_trouble}) {
            if (std::string words = trouble(pod); !words.empty()) return words;
        }
    }
    return preparing_trouble(pod, sight);
}

}  // namespace berth
