#include "kubernetes/occupants.hpp"

#include <algorithm>
#include <tuple>

#include "kubernetes/names.hpp"

namespace berth {

namespace {

// A Deployment's pods belong to a ReplicaSet that nobody made by hand: its name is the Deployment's
// and a hash, which the pods bear too.
std::string top_owner(const PodSight& pod) {
    constexpr std::string_view kind = "ReplicaSet ";
    const auto hash = pod.labels.find("pod-template-hash");
    if (!pod.owner.starts_with(kind) || hash == pod.labels.end()) return pod.owner;
    const std::string ending = "-" + hash->second;
    if (!pod.owner.ends_with(ending)) return pod.owner;
    const std::string name =
        pod.owner.substr(kind.size(), pod.owner.size() - kind.size() - ending.size());
    return "Deployment " + name;
}

bool is_ours(const PodSight& pod, const std::string& site) {
    const auto found = pod.labels.find(label::site);
    return found != pod.labels.end() && found->second == site;
}

}  // namespace

std::string owner_words(const PodSight& pod) {
    const std::string owner = top_owner(pod);
    const std::string account = pod.service_account.empty() ? "default" : pod.service_account;
    return (owner.empty() ? "somebody" : owner) + " in " + pod.namespace_name +
           " (service account " + account + ")";
}

std::optional<OccupantPod> occupant_in(const PodSight& pod, const std::string& site) {
    const bool is_over = pod.phase == "Succeeded" || pod.phase == "Failed";
    if (pod.node.empty() || pod.gpus == 0 || is_over || is_ours(pod, site)) return std::nullopt;
    const auto since = pod.running_since ? pod.running_since : pod.created_at;
    return OccupantPod{{.node = pod.node,
                        .name = pod.namespace_name + "/" + pod.name,
                        .owner = owner_words(pod),
                        .gpus = pod.gpus,
                        .since = since.value_or(Instant())},
                       pod.namespace_name,
                       pod.name,
                       pod.uid,
                       pod.deleted_at.has_value()};
}

std::vector<OccupantPod> in_the_way(const std::map<std::string, NodeRoom>& rooms,
                                    const std::vector<OccupantPod>& occupants) {
    std::map<std::string, int> lacking;  // GPUs, by node
    for (const auto& [node, room] : rooms) lacking[node] = room.reserved - room.gpus;
    std::vector<OccupantPod> candidates;
    for (const OccupantPod& pod : occupants) {
        const auto found = lacking.find(pod.occupant.node);
        if (found == lacking.end() || pod.is_leaving) continue;
        found->second += pod.occupant.gpus;
        candidates.push_back(pod);
    }
    std::ranges::sort(candidates, std::greater(), [](const OccupantPod& pod) {
        return std::tuple(pod.occupant.since, pod.occupant.name);
    });
    std::erase_if(candidates, [&](const OccupantPod& pod) {
        int& lacks = lacking[pod.occupant.node];
        if (lacks <= 0) return true;
        lacks -= pod.occupant.gpus;
        return false;
    });
    return candidates;
}

}  // namespace berth
