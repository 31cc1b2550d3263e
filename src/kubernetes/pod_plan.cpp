#include "kubernetes/pod_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth {

namespace {

struct GpusOfNode {
    std::string node;
    std::vector<std::size_t> positions;  // in the order's lists
};

// In the order of each node's first GPU.
std::vector<GpusOfNode> by_node(const std::vector<std::string>& nodes) {
    std::vector<GpusOfNode> groups;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        auto group = std::ranges::find(groups, nodes[i], &GpusOfNode::node);
        if (group == groups.end()) group = groups.insert(groups.end(), {nodes[i], {}});
        group->positions.push_back(i);
    }
    return groups;
}

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string uneven(const GpusOfNode& group, std::size_t size) {
    return fmt::format(
        "The job wants pods of {} each (gpus_per_node), but it has {} on {}, which makes no whole "
        "number of such pods.",
        counted(size, "GPU"), counted(group.positions.size(), "GPU"), group.node);
}

}  // namespace

std::expected<std::vector<PlannedPod>, std::string> plan_pods(
    const Workload& workload, const std::vector<std::string>& gpus,
    const std::vector<std::string>& nodes) {
    std::vector<std::vector<std::size_t>> pods;
    for (const GpusOfNode& group : by_node(nodes)) {
        const auto& positions = group.positions;
        const auto wanted = workload.gpus_per_node.value_or(static_cast<int>(positions.size()));
        const auto size = static_cast<std::size_t>(std::max(wanted, 1));
        if (positions.size() % size != 0) return std::unexpected(uneven(group, size));
        for (std::size_t i = 0; i < positions.size(); i += size) {
            const auto first = positions.begin() + static_cast<std::ptrdiff_t>(i);
            pods.emplace_back(first, first + static_cast<std::ptrdiff_t>(size));
        }
    }
    if (workload.nodes && pods.size() != static_cast<std::size_t>(*workload.nodes)) {
        return std::unexpected(fmt::format(
            "The job wants {} (nodes), but its GPUs make {}: book as many GPUs as nodes times "
            "gpus_per_node.",
            counted(static_cast<std::size_t>(std::max(*workload.nodes, 0)), "pod"),
            counted(pods.size(), "pod")));
    }
    std::ranges::sort(pods, {}, [](const auto& positions) { return positions.front(); });
    std::vector<PlannedPod> plan;
    for (const auto& positions : pods) {
        PlannedPod pod{static_cast<int>(plan.size()), nodes[positions.front()], {}};
        for (const std::size_t position : positions) pod.gpus.push_back(gpus[position]);
        plan.push_back(std::move(pod));
    }
    return plan;
}

}  // namespace berth
