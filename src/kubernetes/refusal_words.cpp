#include <fmt/format.h>

#include <array>

#include "kubernetes/assessment.hpp"
#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

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

std::string quota(const std::string& said) {
    return fmt::format(
        "The namespace's quota \"{}\" does not let the job in: {}. Ask the cluster's operator to "
        "raise it, or end something else there.",
        between(said, "exceeded quota: ", ","), said);
}

std::string silent_webhook(const std::string& said) {
    return fmt::format(
        "The cluster takes no new pods or jobs, as its webhook {} does not answer. This is for the "
        "cluster's operator.",
        between(said, "failed calling webhook \"", "\""));
}

std::string permission(const std::string& said) {
    return fmt::format(
        "Berth's account in the cluster lacks a permission: {}. The operator has to give it the "
        "roles of deploy/kubernetes there.",
        said);
}

std::string no_namespace(const std::string& said) {
    return fmt::format(
        "The cluster has no namespace \"{}\". Create it, or correct launch.kubernetes.namespace.",
        between(said, "namespaces \"", "\" not found"));
}

std::string no_account(const std::string& said) {
    return fmt::format(
        "The namespace has no service account \"{}\". Create it, or correct "
        "launch.kubernetes.service_account.",
        between(said, "serviceaccount \"", "\" not found"));
}

std::string priority_class(const std::string& said) {
    return fmt::format(
        "The cluster lacks a priority class that Berth is configured to use ({}). Create it, or "
        "correct launch.kubernetes.priority_classes.",
        said);
}

std::string pod_security(const std::string& said) {
    return fmt::format(
        "The namespace's pod security level does not allow the job's pods: {}. This is for the "
        "cluster's operator.",
        said);
}

std::string queue(const std::string& said) {
    return fmt::format(
        "Volcano does not take the job into its queue: {}. Create or open the queue, or correct "
        "launch.kubernetes.queue.",
        said);
}

std::string no_claims(const std::string& said) {
    return fmt::format(
        "The cluster's Volcano is too old to pass claims of single GPUs on to pods: {}. The "
        "operator updates Volcano, or sets launch.kubernetes.devices to counted.",
        said);
}

struct Known {
    std::string_view sign;
    std::string (*words)(const std::string& said);
};

// The first that is found counts.
constexpr std::array<Known, 10> known{{{"exceeded quota", quota},
                                       {".resourceClaims[", no_claims},
                                       {"failed calling webhook", silent_webhook},
                                       {"cannot create resource", permission},
                                       {"namespaces \"", no_namespace},
                                       {"serviceaccount \"", no_account},
                                       {"PriorityClass", priority_class},
                                       {"violates PodSecurity", pod_security},
                                       {"unable to find job queue", queue},
                                       {" submit job to ", queue}}};

}  // namespace

std::string explain_refusal(std::string_view message) {
    const std::string said = spoken(message);
    for (const Known& each : known) {
        if (said.find(each.sign) != std::string::npos) return each.words(said);
    }
    return fmt::format("The cluster refuses the job's pods: {}.", said);
}

}  // namespace berth
