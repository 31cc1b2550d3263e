// How the configuration names a cluster on which jobs run (launch.kubernetes), and the options of
// the launcher and the inventory that it becomes.
//
//     if (auto mistake = first_mistake(cluster, site)) return std::unexpected(*mistake);
//     const KubernetesOptions options = kubernetes_options(cluster, grace, data_folder);
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

enum class OccupantsConfig { report, remove };
BOOST_DESCRIBE_ENUM(OccupantsConfig, report, remove)

enum class DevicesConfig { counted, claimed };
BOOST_DESCRIBE_ENUM(DevicesConfig, counted, claimed)

// As a pod has it, in short: without a value any value is tolerated, without an effect any effect.
struct TolerationConfig {
    static constexpr bool all_optional = true;
    std::string key;
    std::optional<std::string> value;
    std::optional<std::string> effect;
};
BOOST_DESCRIBE_STRUCT(TolerationConfig, (), (key, value, effect))

struct PriorityClassesConfig {
    static constexpr bool all_optional = true;
    std::optional<std::string> P0;
    std::optional<std::string> P1;
    std::optional<std::string> P2;
    std::optional<std::string> P3;
};
BOOST_DESCRIBE_STRUCT(PriorityClassesConfig, (), (P0, P1, P2, P3))

// What is absent stays as KubernetesOptions has it.
struct KubernetesConfig {
    static constexpr bool all_optional = true;
    std::optional<std::string> kubeconfig;  // none: this server runs in the cluster
    std::optional<std::string> context;
    std::optional<std::string> url;  // where pods reach this server
    std::string site = "berth";
    std::string job_namespace = "berth-jobs";
    std::map<std::string, std::string> team_namespaces;
    std::string queue = "default";
    std::map<std::string, std::string> team_queues;
    PriorityClassesConfig priority_classes;
    std::optional<std::string> service_account;
    std::optional<std::string> image;
    std::vector<std::string> image_pull_secrets;
    std::string resource = "nvidia.com/gpu";
    std::string node_selector = "nvidia.com/gpu.present=true";
    std::vector<TolerationConfig> tolerations;
    bool host_network = false;
    std::optional<int> fs_group;  // owns the pods' volumes
    int shm_gb = 8;
    std::optional<double> cpus_per_gpu;
    std::optional<double> memory_gb_per_gpu;
    std::optional<std::string> work_claim;
    std::optional<std::string> work_folder;
    int prepares_ahead_minutes = 10;
    int gives_up_after_minutes = 30;
    int node_is_lost_after_minutes = 5;
    bool reads_devices = true;
    OccupantsConfig occupants = OccupantsConfig::report;
    DevicesConfig devices = DevicesConfig::counted;
    std::string device_class = "gpu.nvidia.com";
};
BOOST_DESCRIBE_STRUCT(KubernetesConfig, (),
                      (kubeconfig, context, url, site, job_namespace, team_namespaces, queue,
                       team_queues, priority_classes, service_account, image, image_pull_secrets,
                       resource, node_selector, tolerations, host_network, fs_group, shm_gb,
                       cpus_per_gpu, memory_gb_per_gpu, work_claim, work_folder,
                       prepares_ahead_minutes, gives_up_after_minutes, node_is_lost_after_minutes,
                       reads_devices, occupants, devices, device_class))

// What of the rest of the configuration it has to agree with.
struct KubernetesSurroundings {
    std::string listen;           // "127.0.0.1:8420"
    std::set<std::string> teams;  // empty: any name is a team's
};

// A sentence with the key and what to write instead; nothing when all is well.
std::optional<std::string> first_mistake(const KubernetesConfig& config,
                                         const KubernetesSurroundings& around);

// Precondition: without a mistake. `listen_url` is where this server listens, for who names none.
KubernetesOptions kubernetes_options(const KubernetesConfig& config, const std::string& listen_url,
                                     std::chrono::milliseconds grace,
                                     const std::filesystem::path& data);

// "berth.example.org" of "https://berth.example.org:8443/x"; empty when that is no address of the
// web.
std::string host_in(const std::string& url);

}  // namespace berth
