#include "kubernetes/end_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kubernetes/names.hpp"
#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

// The last lines of what a container left behind, and no more bytes than people read.
std::string last_lines(std::string_view text) {
    constexpr int lines = 5;
    constexpr std::size_t most = 600;
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    std::size_t begin = text.size();
    for (int i = 0; i < lines && begin != 0 && begin != std::string_view::npos; ++i) {
        begin = text.rfind('\n', begin - 1);
    }
    begin = begin == std::string_view::npos ? 0 : begin;
    if (begin < text.size() && text[begin] == '\n') ++begin;
    begin = std::max(begin, text.size() - std::min(text.size(), most));
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) ++begin;
    return std::string(text.substr(begin));
}

// "Pod 1 on gpu-3" in a gang; the node is always worth telling.
std::string subject(const PodSight& pod, const AttemptSight& sight) {
    const bool is_gang = sight.job != nullptr ? sight.job->pods > 1 : sight.pods.size() > 1;
    const std::string node = node_of(pod);
    const std::string where = node.empty() ? std::string() : " on " + node;
    const auto rank = pod.labels.find(label::rank);
    if (!is_gang || rank == pod.labels.end()) return "The pod" + where;
    return fmt::format("Pod {}{}", rank->second, where);
}

const Condition* disruption_of(const PodSight& pod) {
    const auto found = std::ranges::find(pod.conditions, "DisruptionTarget", &Condition::type);
    return found == pod.conditions.end() || found->status != "True" ? nullptr : &*found;
}

std::string said(const std::string& message) {
    return message.empty() ? std::string(".") : fmt::format(": {}.", in_short(message));
}

// By whom a pod was taken away, where the cluster says so.
std::string disruption_words(const PodSight& pod) {
    const Condition* disruption = disruption_of(pod);
    const std::string reason = disruption == nullptr ? std::string() : disruption->reason;
    if (pod.reason == "NodeLost" || reason == "DeletionByPodGC") {
        return "was lost with its node.";
    }
    if (reason == "DeletionByTaintManager") {
        return "was deleted, as its node did not answer or was tainted to be emptied.";
    }
    if (reason == "EvictionByEvictionAPI") {
        return "was evicted: somebody drained its node, or asked for its eviction.";
    }
    if (reason == "PreemptionByScheduler") {
        return "was preempted by the cluster's scheduler for a pod of higher priority.";
    }
    if (pod.reason == "Evicted" || reason == "TerminationByKubelet") {
        return "was evicted by its node" + said(pod.message.empty() && disruption != nullptr
                                                    ? disruption->message
                                                    : pod.message);
    }
    return {};
}

// Nobody who stops a pod by Berth's side lets it be the first to fail.
bool is_refused_by_kubelet(const PodSight& pod) {
    return pod.reason == "UnexpectedAdmissionError" || pod.reason.starts_with("OutOf") ||
           pod.reason == "NodeAffinity";
}

std::string exit_words(const ContainerEnd& end, const std::string& image) {
    if (end.reason == "OOMKilled") {
        return "ran out of memory and was killed (OOMKilled). Fewer dataloader workers, a smaller "
               "batch or no image cache in memory need less; the operator sets what a GPU brings "
               "along (launch.kubernetes.memory_gb_per_gpu).";
    }
    if (end.reason == "StartError" || end.reason == "ContainerCannotRun") {
        return fmt::format("could not start its command in the image {}: {}.", image,
                           in_short(end.message));
    }
    std::string words = fmt::format("failed with exit code {}", end.exit_code);
    constexpr int by_signal = 128;
    if (end.exit_code > by_signal && end.exit_code <= by_signal + 64) {
        words += fmt::format(" (signal {})", end.exit_code - by_signal);
    }
    const std::string lines = last_lines(end.message);
    return lines.empty() ? words + "." : words + ". Its last lines:\n" + lines;
}

}  // namespace

bool is_over(const PodSight& pod) {
    return pod.is_gone || pod.end || pod.phase == "Succeeded" || pod.phase == "Failed";
}

bool has_succeeded(const PodSight& pod) {
    return pod.phase == "Succeeded" || exit_code_of(pod) == 0;
}

bool was_deleted_while_it_ran(const PodSight& pod) {
    if (!pod.deletion_began_at) return false;
    return !pod.end || !pod.end->finished_at || *pod.deletion_began_at <= *pod.end->finished_at;
}

std::optional<int> exit_code_of(const PodSight& pod) {
    if (pod.end) return pod.end->exit_code;
    return pod.is_gone ? pod.earlier_code : std::nullopt;
}

std::optional<Instant> ended_at(const PodSight& pod) {
    if (pod.end && pod.end->finished_at) return pod.end->finished_at;
    if (const Condition* disruption = disruption_of(pod)) return disruption->since;
    return pod.deletion_began_at;
}

std::string why_failed(const PodSight& pod, const AttemptSight& sight) {
    const std::string who = subject(pod, sight) + " ";
    if (const std::string words = disruption_words(pod); !words.empty()) return who + words;
    if (is_refused_by_kubelet(pod)) {
        return fmt::format("{}was refused by its node ({}){}", who, pod.reason, said(pod.message));
    }
    if (pod.end && was_deleted_while_it_ran(pod)) {
        return fmt::format("{}was deleted while it ran, and not by Berth. Its exit code was {}.",
                           who, pod.end->exit_code);
    }
    if (pod.end) return who + exit_words(*pod.end, pod.image);
    if (!pod.is_gone) return who + "failed" + said(pod.message);
    const auto node = std::ranges::find(sight.nodes, node_of(pod), &NodeSight::name);
    if (node == sight.nodes.end()) return who + "was lost with its node.";
    return who + "was deleted before it was over, and not by Berth.";
}

}  // namespace berth
