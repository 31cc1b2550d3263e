#include "kubernetes/pod_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <cmath>

#include "kubernetes/job_environment.hpp"
#include "kubernetes/names.hpp"

namespace berth {

namespace {

namespace js = boost::json;

constexpr auto gpu_claim = "gpus";  // what the pod calls it

js::array texts(const std::vector<std::string>& list) {
    js::array array;
    for (const std::string& text : list) array.emplace_back(unexpanded(text));
    return array;
}

js::array command_of(const Workload& workload) {
    if (workload.kind == WorkloadKind::command) return texts(workload.argv);
    return texts({"berth-yolo", "--workload", in_pod::workload_file});
}

// A training's weights and caches are to be found again by its continuation.
std::optional<std::string> workdir_of(const Workload& workload) {
    if (workload.workdir && !workload.workdir->empty()) return workload.workdir;
    if (workload.kind == WorkloadKind::yolo) return in_pod::work;
    return std::nullopt;
}

js::object resources_of(const PlannedPod& pod, const KubernetesOptions& options) {
    const auto gpus = static_cast<double>(pod.gpus.size());
    js::object limits;
    js::object requests;
    js::object resources;
    if (options.devices == KubernetesOptions::Devices::claimed) {
        resources["claims"] = js::array{js::object{{"name", gpu_claim}}};
    } else {
        limits[options.resource] = requests[options.resource] = std::to_string(pod.gpus.size());
    }
    if (options.cpus_per_gpu) {
        requests["cpu"] = fmt::format("{}m", std::llround(*options.cpus_per_gpu * gpus * 1000));
    }
    if (options.memory_gb_per_gpu) {
        requests["memory"] =
            fmt::format("{}Mi", std::llround(*options.memory_gb_per_gpu * gpus * 1024));
    }
    // Volcano fits a pod that requests nothing into gaps, by itself and not with its gang.
    if (requests.empty()) requests["cpu"] = "10m";
    if (!limits.empty()) resources["limits"] = std::move(limits);
    resources["requests"] = std::move(requests);
    return resources;
}

// A volume and where the container sees it.
struct Mounted {
    js::object volume;
    js::object mount;
};

Mounted work_volume(const AttemptOrder& order, const KubernetesOptions& options) {
    if (!options.work_claim) {
        return {{{"name", "work"}, {"emptyDir", js::object{}}},
                {{"name", "work"}, {"mountPath", in_pod::work}}};
    }
    return {{{"name", "work"}, {"persistentVolumeClaim", {{"claimName", *options.work_claim}}}},
            {{"name", "work"}, {"mountPath", in_pod::work}, {"subPath", work_folder_name(order)}}};
}

js::object file_from(std::string_view annotation, std::string_view path) {
    return {{"path", path},
            {"fieldRef", {{"fieldPath", fmt::format("metadata.annotations['{}']", annotation)}}}};
}

Mounted berth_files(const Workload& workload) {
    js::array items{file_from(annotation::notice, "notice")};
    if (workload.kind == WorkloadKind::yolo) {
        items.push_back(file_from(annotation::workload, "workload.json"));
    }
    return {{{"name", "berth"}, {"downwardAPI", {{"items", std::move(items)}}}},
            {{"name", "berth"}, {"mountPath", in_pod::berth_files}, {"readOnly", true}}};
}

Mounted shared_memory(const KubernetesOptions& options) {
    return {
        {{"name", "shm"},
         {"emptyDir", {{"medium", "Memory"}, {"sizeLimit", fmt::format("{}Gi", options.shm_gb)}}}},
        {{"name", "shm"}, {"mountPath", "/dev/shm"}}};
}

Mounted claimed_volume(const WorkloadVolume& volume, std::size_t number) {
    const std::string name = fmt::format("volume-{}", number);
    js::object mount{{"name", name}, {"mountPath", volume.mount}};
    if (volume.read_only) mount["readOnly"] = true;
    return {{{"name", name}, {"persistentVolumeClaim", {{"claimName", volume.claim}}}},
            std::move(mount)};
}

std::vector<Mounted> volumes_of(const AttemptOrder& order, const KubernetesOptions& options) {
    std::vector<Mounted> volumes{work_volume(order, options), berth_files(order.workload)};
    if (options.shm_gb > 0) volumes.push_back(shared_memory(options));
    for (const WorkloadVolume& volume : order.workload.volumes) {
        volumes.push_back(claimed_volume(volume, volumes.size()));
    }
    return volumes;
}

js::array secret_environments(const Workload& workload) {
    js::array list;
    for (const std::string& name : workload.secrets) {
        list.push_back(js::object{{"secretRef", {{"name", name}}}});
    }
    return list;
}

js::object container_of(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                        const PlannedPod& pod, const NodeAddresses& addresses,
                        const KubernetesOptions& options, js::array mounts) {
    js::object container{{"name", "main"},
                         {"image", image_of(order.workload, options).value_or("")},
                         {"imagePullPolicy", "IfNotPresent"},
                         {"command", command_of(order.workload)},
                         {"env", environment_of(order, pods, pod, addresses, options)},
                         {"resources", resources_of(pod, options)},
                         {"volumeMounts", std::move(mounts)},
                         // Its last lines say why it failed, where it leaves no message.
                         {"terminationMessagePolicy", "FallbackToLogsOnError"}};
    if (const auto workdir = workdir_of(order.workload)) container["workingDir"] = *workdir;
    if (!order.workload.secrets.empty()) {
        container["envFrom"] = secret_environments(order.workload);
    }
    return container;
}

js::array tolerations_of(const KubernetesOptions& options) {
    js::array list{
        js::object{{"key", reserved_taint}, {"operator", "Exists"}, {"effect", "NoSchedule"}}};
    for (const Toleration& toleration : options.tolerations) {
        js::object entry;
        if (!toleration.key.empty()) entry["key"] = toleration.key;
        const bool takes_any_value = toleration.exists || toleration.key.empty();
        entry["operator"] = takes_any_value ? "Exists" : "Equal";
        if (!takes_any_value) entry["value"] = toleration.value;
        if (!toleration.effect.empty()) entry["effect"] = toleration.effect;
        list.push_back(std::move(entry));
    }
    return list;
}

// By the node's name itself: the label kubernetes.io/hostname is another on some platforms.
js::object pinned_to(const std::string& node) {
    js::object by_name{
        {"key", "metadata.name"}, {"operator", "In"}, {"values", js::array{js::string(node)}}};
    js::object terms{
        {"nodeSelectorTerms", js::array{js::object{{"matchFields", js::array{by_name}}}}}};
    return {
        {"nodeAffinity", {{"requiredDuringSchedulingIgnoredDuringExecution", std::move(terms)}}}};
}

// Berth deletes the pods with the grace that is left, which is at most this; whoever else deletes
// them leaves the job its time to save. A little more, for the runtime's own delays.
std::int64_t grace_seconds(const KubernetesOptions& options) {
    constexpr std::chrono::seconds least{30};
    constexpr std::chrono::seconds delays{5};
    const auto grace = std::chrono::ceil<std::chrono::seconds>(options.grace);
    return (std::max(grace, least) + delays).count();
}

void add_network(js::object& spec, const KubernetesOptions& options) {
    if (!options.host_network) return;
    spec["hostNetwork"] = true;
    spec["dnsPolicy"] = "ClusterFirstWithHostNet";
}

// Only where the volume's own folder has another group: to look at every checkpoint of a large
// volume would take longer than most starts may.
void add_group(js::object& spec, const KubernetesOptions& options) {
    if (!options.fs_group) return;
    spec["securityContext"] =
        js::object{{"fsGroup", *options.fs_group}, {"fsGroupChangePolicy", "OnRootMismatch"}};
}

void add_identity(js::object& spec, const AttemptOrder& order, const KubernetesOptions& options) {
    if (options.service_account.empty()) {
        spec["automountServiceAccountToken"] = false;
    } else {
        spec["serviceAccountName"] = options.service_account;
    }
    if (!options.image_pull_secrets.empty()) {
        spec["imagePullSecrets"] = references(options.image_pull_secrets);
    }
    const auto found = options.priority_classes.find(order.priority);
    if (found != options.priority_classes.end()) spec["priorityClassName"] = found->second;
}

js::object metadata_of(const AttemptOrder& order, const PlannedPod& pod,
                       const KubernetesOptions& options) {
    js::object labels;
    for (const auto& [key, value] : labels_of(options.site, order.id)) labels[key] = value;
    labels[label::role] = role::job;
    labels[label::rank] = std::to_string(pod.rank);
    const std::string gpus = fmt::format("{}", fmt::join(pod.gpus, ","));
    js::object annotations{{annotation::owner, order.owner}, {annotation::gpus, gpus}};
    if (order.workload.kind == WorkloadKind::yolo) {
        annotations[annotation::workload] = training_document(order.workload);
    }
    return {{"labels", std::move(labels)}, {"annotations", std::move(annotations)}};
}

}  // namespace

js::array references(const std::vector<std::string>& names) {
    js::array list;
    for (const std::string& name : names) list.push_back(js::object{{"name", name}});
    return list;
}

js::object pod_template(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                        const PlannedPod& pod, const NodeAddresses& addresses,
                        const KubernetesOptions& options) {
    js::array volumes;
    js::array mounts;
    for (Mounted& mounted : volumes_of(order, options)) {
        volumes.push_back(std::move(mounted.volume));
        mounts.push_back(std::move(mounted.mount));
    }
    js::object spec{{"schedulerName", "volcano"},
                    {"restartPolicy", "Never"},
                    {"terminationGracePeriodSeconds", grace_seconds(options)},
                    {"enableServiceLinks", false},
                    {"affinity", pinned_to(pod.node)},
                    {"tolerations", tolerations_of(options)},
                    {"volumes", std::move(volumes)},
                    {"containers", js::array{container_of(order, pods, pod, addresses, options,
                                                          std::move(mounts))}}};
    if (options.devices == KubernetesOptions::Devices::claimed) {
        spec["resourceClaims"] = js::array{
            js::object{{"name", gpu_claim},
                       {"resourceClaimName", claim_name(options.site, order.id, pod.rank)}}};
    }
    add_network(spec, options);
    add_group(spec, options);
    add_identity(spec, order, options);
    return {{"metadata", metadata_of(order, pod, options)}, {"spec", std::move(spec)}};
}

}  // namespace berth
