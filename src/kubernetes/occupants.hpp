// Pods that use GPUs of Berth's nodes without a reservation or a queue ticket, and which of them
// have to go for what is reserved. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "booking/occupant.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/sights.hpp"

namespace berth {

struct OccupantPod {
    Occupant occupant;
    std::string namespace_name;
    std::string name;
    std::string uid;
    bool is_leaving = false;  // somebody has deleted it; its grace runs
};

// Nothing: it is bound to no node, uses no GPU, is over, or is this Berth's.
std::optional<OccupantPod> occupant_in(const PodSight& pod, const std::string& site);

// "Deployment notebook in team-a (service account jupyter)".
std::string owner_words(const PodSight& pod);

// How many GPUs each node has, and how many of them are reserved now.
struct NodeRoom {
    int gpus = 0;
    int reserved = 0;
};

// Of those on nodes where GPUs would not suffice for what is reserved and for them: who came last
// goes first, until it suffices. Those that are leaving make room by themselves.
std::vector<OccupantPod> in_the_way(const std::map<std::string, NodeRoom>& rooms,
                                    const std::vector<OccupantPod>& occupants);

}  // namespace berth
