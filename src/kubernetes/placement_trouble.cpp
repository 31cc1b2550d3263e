#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

const NodeSight* find_node(const std::string& name, const AttemptSight& sight) {
    const auto found = std::ranges::find(sight.nodes, name, &NodeSight::name);
    return found == sight.nodes.end() ? nullptr : *found;
}

// The scheduler's message counts reasons over all nodes: "0/9 nodes are unavailable: 1 Insufficient
// cpu, 1 node(s) had untolerated taint {owner: ops}, …". Only what can be of the pod's own node, or
// of the pod itself, is told.
std::string claim_trouble(const PodSight& pod, const std::string& message) {
    const std::string missing = between(message, "persistentvolumeclaim \"", "\" not found");
    if (!missing.empty()) {
        return fmt::format(
            "There is no volume claim \"{}\" in the namespace {}. Create it there, or take it out "
            "of the job's `volumes`.",
            missing, pod.namespace_name);
    }
    const std::string leaving = between(message, "persistentvolumeclaim \"", "\" is being deleted");
    if (!leaving.empty()) {
        return fmt::format("The volume claim \"{}\" is being deleted. Use another.", leaving);
    }
    if (message.find("unbound immediate PersistentVolumeClaims") != std::string::npos) {
        return "A volume claim of the job has no volume yet. Look at the claims of its namespace: "
               "their storage class may be missing, or have no room.";
    }
    if (message.find("volume node affinity conflict") != std::string::npos) {
        return fmt::format(
            "A volume of the job cannot be reached from {}. Book GPUs on the nodes that have it, "
            "or use a volume that all nodes reach.",
            node_of(pod));
    }
    return {};
}

std::string taint_trouble(const NodeSight& node, const std::string& message) {
    if (message.find("untolerated taint") == std::string::npos) return {};
    for (const Toleration& taint : node.taints) {
        const std::string as_said = fmt::format("{{{}: {}}}", taint.key, taint.value);
        if (message.find(as_said) == std::string::npos) continue;
        const std::string full = fmt::format("{}{}{}:{}", taint.key, taint.value.empty() ? "" : "=",
                                             taint.value, taint.effect);
        return fmt::format(
            "{} is tainted with {}, which Berth's pods do not tolerate. The cluster's operator has "
            "to remove the taint, or to tolerate it in Berth's configuration "
            "(launch.kubernetes.tolerations).",
            node.name, full);
    }
    return {};
}

std::string described(const PodSight& pod) {
    const std::string gpus = fmt::format("{} GPU{}", pod.gpus, pod.gpus == 1 ? "" : "s");
    return fmt::format("{}/{} ({}{})", pod.namespace_name, pod.name, gpus,
                       pod.deleted_at ? ", ending" : "");
}

std::string full_node(const PodSight& pod, const NodeSight& node, const AttemptSight& sight) {
    int used = 0;
    std::string who;
    for (const PodSight* other : sight.neighbours) {
        if (other->node != node.name || other->is_gone || other->gpus == 0) continue;
        used += other->gpus;
        who += (who.empty() ? "" : ", ") + described(*other);
    }
    if (used + pod.gpus <= node.allocatable) return {};
    return fmt::format(
        "The GPUs of {} are in use by {}. The job starts as soon as {} of its {} GPUs are free.",
        node.name, who, pod.gpus, node.allocatable);
}

std::string shrunk_node(const PodSight& pod, const NodeSight& node) {
    if (node.allocatable >= pod.gpus) return {};
    return fmt::format(
        "{} offers {} of its {} GPUs now, and the job needs {} there: its device plugin is away or "
        "takes the others for broken. This is for the cluster's operator.",
        node.name, node.allocatable, std::max(node.gpus, pod.gpus), pod.gpus);
}

// Each once: "cpu, nvidia.com/gpu".
std::string lacking(const std::string& message) {
    constexpr std::string_view word = "Insufficient ";
    std::string list;
    for (auto at = message.find(word); at != std::string::npos; at = message.find(word, at + 1)) {
        const auto begin = at + word.size();
        std::string what = message.substr(begin, message.find_first_of(", ", begin) - begin);
        while (what.ends_with('.')) what.pop_back();
        if (list.find(what) == std::string::npos) list += (list.empty() ? "" : ", ") + what;
    }
    return list;
}

bool lacks_devices(const std::string& message) {
    return message.find("cannot allocate all claims") != std::string::npos;
}

// Volcano tries a gang's pods together: while one of them lacks a device it may say so of another,
// whose own is set aside just then. So all that it says it of are named: "node1 or node2".
std::string where_devices_are_lacking(const AttemptSight& sight) {
    std::set<std::string> nodes;
    for (const PodSight* pod : sight.pods) {
        const auto found = std::ranges::find(pod->conditions, "PodScheduled", &Condition::type);
        if (found == pod->conditions.end() || found->status != "False") continue;
        if (lacks_devices(found->message)) nodes.insert(node_of(*pod));
    }
    return fmt::format("{}", fmt::join(nodes, " or "));
}

// What Volcano says of claims of devices, each with its reason.
std::string device_trouble(const AttemptSight& sight, const std::string& message) {
    if (lacks_devices(message)) {
        return fmt::format(
            "A GPU that the job has reserved on {} is held by another claim, or its driver does "
            "not publish it now. \"kubectl get resourceclaims -A\" shows who has which; the job "
            "starts as soon as it is free.",
            where_devices_are_lacking(sight));
    }
    if (message.find("resourceclaim") != std::string::npos &&
        (message.find("not found") != std::string::npos ||
         message.find("is being deleted") != std::string::npos)) {
        return "Somebody deleted the claim of the job's GPUs, without which it does not start. "
               "Cancel it and book it again.";
    }
    const std::string missing = between(message, "device class ", " does not exist");
    if (missing.empty()) return {};
    return fmt::format(
        "The cluster has no device class \"{}\": the driver of its GPUs is not installed, or "
        "launch.kubernetes.device_class names another.",
        missing);
}

std::string other_trouble(const std::string& node, const std::string& message) {
    if (const std::string what = lacking(message); !what.empty()) {
        return fmt::format(
            "{} has too little free for the job (the scheduler misses {}): something else runs "
            "there, or the job asks for more than the node has. \"kubectl describe node {}\" shows "
            "what it is.",
            node, what, node);
    }
    if (message.find("didn't have free ports") != std::string::npos) {
        return fmt::format("A network port that the job needs is in use on {}.", node);
    }
    return fmt::format("The scheduler does not place the job on {}: {}.", node, in_short(message));
}

// A pod that could go, and waits for others of its gang or for what is just leaving.
bool may_be_placed(const std::string& message) {
    return message.find("can possibly be assigned to") != std::string::npos &&
           message.find("once resource is released") == std::string::npos;
}

std::string trouble_on(const NodeSight& node, const PodSight& pod, const AttemptSight& sight,
                       const std::string& message) {
    if (std::string words = taint_trouble(node, message); !words.empty()) return words;
    if (std::string words = shrunk_node(pod, node); !words.empty()) return words;
    return full_node(pod, node, sight);
}

}  // namespace

std::string who_sits_there(const AttemptSight& sight) {
    std::string words;
    for (const std::string& node : sight.pinned_to) {
        std::string who;
        for (const PodSight* other : sight.neighbours) {
            if (other->node != node || other->is_gone || other->gpus == 0) continue;
            who += (who.empty() ? "" : ", ") + described(*other);
        }
        if (!who.empty()) words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", node, who);
    }
    return words;
}

std::string node_trouble(const std::string& name, const AttemptSight& sight) {
    const NodeSight* node = find_node(name, sight);
    if (node == nullptr) {
        return fmt::format(
            "The node {} is not in the cluster any more. The job starts when it is back.", name);
    }
    if (!node->is_ready) {
        return fmt::format(
            "The node {} is not ready: its kubelet does not answer, or reports trouble. This is "
            "for the cluster's operator; the job starts when it is back.",
            name);
    }
    if (node->is_cordoned) {
        return fmt::format(
            "The node {} is cordoned: no pod may start there until the cluster's operator "
            "uncordons it.",
            name);
    }
    return {};
}

std::string placement_trouble(const PodSight& pod, const AttemptSight& sight) {
    const auto scheduled = std::ranges::find(pod.conditions, "PodScheduled", &Condition::type);
    if (scheduled == pod.conditions.end() || scheduled->status != "False") return {};
    const std::string& message = scheduled->message;
    const std::string name = node_of(pod);
    if (std::string words = claim_trouble(pod, message); !words.empty()) return words;
    if (std::string words = node_trouble(name, sight); !words.empty()) return words;
    if (std::string words = device_trouble(sight, message); !words.empty()) return words;
    if (scheduled->reason == "SchedulingGated") {
        return fmt::format(
            "Another controller of the cluster holds the pod {} back (a scheduling gate).",
            pod.name);
    }
    if (may_be_placed(message)) return {};
    const NodeSight* node = find_node(name, sight);
    if (std::string words = trouble_on(*node, pod, sight, message); !words.empty()) return words;
    if (message.find("once resource is released") != std::string::npos) {
        return fmt::format("What ran on {} before is still leaving its GPUs.", name);
    }
    return other_trouble(name, message);
}

}  // namespace berth
