#include "kubernetes/job_environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "kubernetes/names.hpp"

namespace berth {

namespace {

namespace js = boost::json;
using Variables = std::map<std::string, std::string>;

// torch's own. Pods with the host's network share its ports, so there it follows from the attempt,
// below the range from which the kernel and Kubernetes hand out ports.
constexpr int usual_port = 29500;

int master_port(const AttemptId& id, const KubernetesOptions& options) {
    if (!options.host_network) return usual_port;
    constexpr std::uint64_t first = 20'000;
    constexpr std::uint64_t count = 9'000;
    const std::uint64_t of_kind = id.reservation.is_queue_job() ? count / 2 : 0;
    return static_cast<int>(first + (id.reservation.number + of_kind) % count);
}

std::string master_address(const AttemptOrder& order, const PlannedPod& first,
                           const NodeAddresses& addresses, const KubernetesOptions& options) {
    if (!options.host_network) {
        // The host name and the headless service that Volcano's `svc` plugin gives its pods.
        return pod_name(options.site, order.id, first.rank) + "." +
               job_name(options.site, order.id);
    }
    const auto found = addresses.find(first.node);
    return found == addresses.end() ? first.node : found->second;
}

void add_ranks(Variables& variables, const AttemptOrder& order, const std::vector<PlannedPod>& pods,
               const PlannedPod& pod, const NodeAddresses& addresses,
               const KubernetesOptions& options) {
    const Variables rendezvous{
        {"NNODES", std::to_string(pods.size())},
        {"NODE_RANK", std::to_string(pod.rank)},
        {"NPROC_PER_NODE", std::to_string(pod.gpus.size())},
        {"MASTER_ADDR", master_address(order, pods.front(), addresses, options)},
        {"MASTER_PORT", std::to_string(master_port(order.id, options))}};
    for (const auto& [name, value] : rendezvous) {
        variables[name] = value;
        variables["PET_" + name] = value;
    }
    // With more GPUs in a pod each process has its own, which torchrun sets.
    if (!std::ranges::all_of(pods, [](const auto& each) { return each.gpus.size() == 1; })) return;
    variables["RANK"] = std::to_string(pod.rank);
    variables["WORLD_SIZE"] = std::to_string(pods.size());
    // Without it Ultralytics takes itself for the parent and starts ranks of its own.
    variables["LOCAL_RANK"] = "0";
}

Variables reserved_variables(const AttemptOrder& order, const KubernetesOptions& options) {
    return {{"BERTH_URL", options.berth_url},
            {"BERTH_RESERVATION", order.id.reservation.text()},
            {"BERTH_ATTEMPT", std::to_string(order.id.number)},
            {"BERTH_ENDS_AT", to_rfc3339(order.ends_at)},
            {"BERTH_NOTICE_FILE", in_pod::notice_file},
            {"BERTH_CHECKPOINT_DIR", fmt::format("{}/checkpoints", in_pod::work)},
            {"BERTH_RESULTS_DIR", fmt::format("{}/results", in_pod::work)},
            // As in the inventory: CUDA's own order is by speed.
            {"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}};
}

js::object variable(const std::string& name, const std::string& value) {
    return {{"name", name}, {"value", unexpanded(value)}};
}

constexpr auto token_variable = "BERTH_TOKEN";

js::object token_of(const AttemptOrder& order, const KubernetesOptions& options) {
    return {{"name", token_variable},
            {"valueFrom",
             {{"secretKeyRef",
               {{"name", secret_name(options.site, order.id)}, {"key", token_variable}}}}}};
}

}  // namespace

std::string unexpanded(std::string_view text) {
    std::string escaped;
    for (const char letter : text) escaped.append(letter == '$' ? 2 : 1, letter);
    return escaped;
}

js::array environment_of(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                         const PlannedPod& pod, const NodeAddresses& addresses,
                         const KubernetesOptions& options) {
    Variables reserved = reserved_variables(order, options);
    if (pods.size() > 1) add_ranks(reserved, order, pods, pod, addresses, options);
    js::array list;
    for (const auto& [name, value] : order.workload.env) {
        if (reserved.contains(name) || name == token_variable) continue;
        list.push_back(variable(name, value));
    }
    for (const auto& [name, value] : reserved) list.push_back(variable(name, value));
    list.push_back(token_of(order, options));
    return list;
}

}  // namespace berth
