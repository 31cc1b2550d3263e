// How Berth uses a cluster. Every key is documented in docs/configuration.md (launch.kubernetes).
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "booking/reservation.hpp"

namespace berth {

struct Toleration {
    std::string key;  // empty with `exists`: any
    std::string value = {};
    std::string effect = {};  // empty: any
    bool exists = false;
};

struct KubernetesOptions {
    // Tells the objects of one Berth from another's in the same cluster, and begins their names.
    // A DNS label of at most 20 characters.
    std::string site = "berth";
    std::string namespace_name = "berth-jobs";
    std::map<std::string, std::string> team_namespaces = {};
    std::string queue = "default";  // Volcano's
    std::map<std::string, std::string> team_queues = {};
    std::map<Priority, std::string> priority_classes = {};
    // The group that owns the pods' volumes, for images that do not run as root; none: as they are.
    std::optional<int> fs_group = {};
    std::string service_account =
        {};  // of the pods; empty: the namespace's default, without a token
    std::vector<std::string> image_pull_secrets = {};
    std::optional<std::string> image = {};  // for workloads that name none
    std::string resource = "nvidia.com/gpu";
    std::string node_selector = "nvidia.com/gpu.present=true";  // which nodes are Berth's
    std::vector<Toleration> tolerations = {};
    bool host_network = false;
    int shm_gb = 8;                           // of /dev/shm, for each pod; 0: the runtime's
    std::optional<double> cpus_per_gpu = {};  // requested
    std::optional<double> memory_gb_per_gpu = {};
    // Holds every reservation's checkpoints and results, a folder each; without it they live as
    // long as the pod, and nothing can be resumed.
    std::optional<std::string> work_claim = {};
    std::filesystem::path work_folder = {};  // where this server sees that volume; empty: nowhere
    std::filesystem::path attempts_folder = {};  // logs that are not archived yet
    std::string berth_url = {};                  // where pods reach the server
    std::chrono::milliseconds grace{30'000};
    std::chrono::minutes prepares_ahead{10};  // images are pulled so long before the start; 0: not
    std::chrono::minutes gives_up_after{
        30};  // a started slot whose pods do not run by then has failed
    std::chrono::minutes node_is_lost_after{5};
    bool reads_devices = true;  // asks each container which GPUs it got (needs pods/exec)
    enum class Occupants { report, remove } occupants = Occupants::report;
    enum class Devices { counted, claimed } devices = Devices::counted;  // claimed: by DRA
    std::string device_class = "gpu.nvidia.com";                         // with claimed
};

std::string namespace_of(const KubernetesOptions& options, const std::string& team);
std::string queue_of(const KubernetesOptions& options, const std::string& team);
// Each once, sorted.
std::vector<std::string> namespaces_of(const KubernetesOptions& options);

}  // namespace berth
