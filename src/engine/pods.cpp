#include "engine/pods.hpp"

#include <map>

#include "engine/refuse.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

Refusal contradiction(std::string field, std::string message) {
    return refusal(RefusalCode::bad_request, std::move(field), std::move(message));
}

std::string pods_text(int pods) {
    return std::to_string(pods) + (pods == 1 ? " pod" : " pods");
}

std::expected<void, Refusal> check_numbers(const Workload& workload) {
    if (workload.nodes && *workload.nodes < 1) {
        return std::unexpected(contradiction("workload.nodes", "work has at least 1 pod"));
    }
    if (workload.gpus_per_node && *workload.gpus_per_node < 1) {
        return std::unexpected(
            contradiction("workload.gpus_per_node", "a pod has at least 1 GPU here"));
    }
    return {};
}

// How many GPUs a pod has, where the work or the request says so.
std::expected<int, Refusal> gpus_of_a_pod(const Workload& workload, const GpuRequest& asked) {
    if (workload.gpus_per_node) {
        if (asked.per_node && *asked.per_node != *workload.gpus_per_node) {
            return std::unexpected(contradiction(
                "workload.gpus_per_node",
                "the work has " + std::to_string(*workload.gpus_per_node) +
                    " GPUs in each pod, but the request asks for " +
                    std::to_string(*asked.per_node) + " on each node; leave one of them out"));
        }
        return *workload.gpus_per_node;
    }
    if (asked.per_node) return *asked.per_node;
    const bool says_how_many = asked.count || !asked.ids.empty();
    const int count = says_how_many ? count_asked(asked) : *workload.nodes;
    if (count % *workload.nodes != 0) {
        return std::unexpected(
            contradiction("workload.nodes", std::to_string(count) + " GPUs do not divide into " +
                                                pods_text(*workload.nodes) + " with as many each"));
    }
    return count / *workload.nodes;
}

std::expected<void, Refusal> check_named(const Fleet& fleet, const GpuRequest& asked, int per_pod) {
    std::map<NodeIndex, int> on_node;
    for (const std::string& id : asked.ids) {
        if (const Gpu* gpu = fleet.find(id)) ++on_node[gpu->node];
    }
    for (const auto& [node, gpus] : on_node) {
        if (gpus % per_pod == 0) continue;
        return std::unexpected(contradiction(
            "gpus.ids", "a pod has " + std::to_string(per_pod) + " GPUs of one node, but " +
                            std::to_string(gpus) + " are named of " + fleet.node(node).name));
    }
    return {};
}

}  // namespace

std::expected<GpuRequest, Refusal> for_its_pods(const Fleet& fleet, const GpuRequest& asked,
                                                const std::optional<Workload>& workload) {
    if (!workload || (!workload->nodes && !workload->gpus_per_node)) return asked;
    if (auto checked = check_numbers(*workload); !checked) {
        return std::unexpected(checked.error());
    }
    const auto per_pod = gpus_of_a_pod(*workload, asked);
    if (!per_pod) return std::unexpected(per_pod.error());
    const int count = workload->nodes ? *workload->nodes * *per_pod
                      : asked.count   ? *asked.count
                                      : *per_pod;
    if (!asked.ids.empty() || asked.count) {
        if (workload->nodes && count_asked(asked) != count) {
            return std::unexpected(contradiction(
                "workload.nodes", "the work has " + pods_text(*workload->nodes) + " of " +
                                      std::to_string(*per_pod) + " GPUs, " + std::to_string(count) +
                                      " in all, but the request asks for " +
                                      std::to_string(count_asked(asked))));
        }
    }
    if (!asked.ids.empty()) {
        if (auto checked = check_named(fleet, asked, *per_pod); !checked) {
            return std::unexpected(checked.error());
        }
        return asked;
    }
    GpuRequest complete = asked;
    complete.count = count;
    complete.per_node = *per_pod;
    return complete;
}

std::expected<WishedGpus, Refusal> choose_gpus_for(const Fleet& fleet, const GpuRequest& request,
                                                   const std::optional<Workload>& workload) {
    const auto complete = for_its_pods(fleet, request, workload);
    if (!complete) return std::unexpected(complete.error());
    auto chosen = choose_gpus(fleet, *complete);
    const bool in_pods = workload && (workload->nodes || workload->gpus_per_node);
    if (!chosen || !in_pods) return chosen;
    chosen->whole = workload->nodes.has_value();
    // Others like the named ones must make up the same pods.
    GpuRequest like_them;
    like_them.count = chosen->wish.count;
    const auto shape = for_its_pods(fleet, like_them, workload);
    const auto counted = shape ? counted_wish(*shape) : std::unexpected(shape.error());
    if (chosen->named() && counted) {
        chosen->wish.spread = counted->spread;
        chosen->wish.per_node = counted->per_node;
    }
    return chosen;
}

}  // namespace berth
