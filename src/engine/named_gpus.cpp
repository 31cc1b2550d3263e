#include "engine/named_gpus.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/refuse.hpp"

namespace berth {

namespace {

// By node; nothing when one of them is not there.
using ByNode = std::map<NodeIndex, std::set<GpuIndex>>;

std::optional<ByNode> by_node(const Fleet& fleet, const std::vector<std::string>& ids) {
    ByNode nodes;
    for (const std::string& id : ids) {
        const Gpu* gpu = fleet.find(id);
        if (gpu == nullptr) return std::nullopt;
        nodes[gpu->node].insert(gpu->index);
    }
    return nodes;
}

std::vector<GpuIndex> all_of(const Fleet& fleet, NodeIndex node) {
    std::vector<GpuIndex> gpus = fleet.node(node).gpus;
    std::erase_if(gpus, [&](GpuIndex gpu) { return fleet.gpu(gpu).spec.health == Health::gone; });
    return gpus;
}

// "node1/0", "node1/0 to node1/7"
std::string listed(const Fleet& fleet, const std::vector<GpuIndex>& gpus) {
    const std::string& first = fleet.gpu(gpus.front()).id;
    return gpus.size() == 1 ? first : first + " to " + fleet.gpu(gpus.back()).id;
}

// As many like them, on as many nodes.
GpuRequest counted(const Fleet& fleet, const GpuRequest& asked, const ByNode& nodes) {
    GpuRequest request;
    request.count = count_asked(asked);
    const GpuSpec& first = fleet.find(asked.ids.front())->spec;
    bool one_model = true;
    int least_memory = first.memory_gb;
    for (const std::string& id : asked.ids) {
        const GpuSpec& spec = fleet.find(id)->spec;
        one_model = one_model && spec.model == first.model;
        least_memory = std::min(least_memory, spec.memory_gb);
    }
    if (one_model) request.model = first.model;
    request.min_memory_gb = least_memory;
    if (nodes.size() == 1) return request;
    const std::size_t on_first = nodes.begin()->second.size();
    const bool alike = std::ranges::all_of(
        nodes, [&](const auto& node) { return node.second.size() == on_first; });
    if (alike) {
        request.per_node = static_cast<int>(on_first);
    } else {
        request.spread = "any";
    }
    return request;
}

}  // namespace

std::expected<GpuRequest, Refusal> keepable(const Policy& policy, const Fleet& fleet,
                                            const GpuRequest& asked) {
    if (policy.named_gpus == NamedGpus::any || asked.ids.empty()) return asked;
    const auto nodes = by_node(fleet, asked.ids);
    if (!nodes) return asked;  // what is not there is refused elsewhere
    const auto some_only = std::ranges::find_if(*nodes, [&](const auto& node) {
        return node.second.size() < all_of(fleet, node.first).size();
    });
    if (some_only == nodes->end()) return asked;
    const bool equal_ones_do = asked.count && *asked.count == count_asked(asked);
    if (equal_ones_do) return counted(fleet, asked, *nodes);
    const Node& node = fleet.node(some_only->first);
    const std::string count = std::to_string(asked.ids.size());
    return std::unexpected(refusal(
        RefusalCode::bad_request, "gpus.ids",
        "which GPUs of a node a job gets is chosen by the cluster here: book a number of them "
        "(\"count\": " +
            count + "), or all of " + node.name + ": " + listed(fleet, all_of(fleet, node.index))));
}

}  // namespace berth
