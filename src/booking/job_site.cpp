#include "booking/job_site.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "booking/name_rules.hpp"

namespace berth {

namespace {

using Misfit = std::optional<json::FieldError>;

Misfit misfit_at(const std::string& field, std::string sentence) {
    return json::FieldError{"workload." + field, std::move(sentence)};
}

Misfit only_on_a_cluster(const Workload& workload) {
    const auto refused = [](const char* field, const char* what) {
        return misfit_at(field, std::string("jobs run as processes at this site, not in "
                                            "containers: leave out ") +
                                    what);
    };
    if (workload.image) return refused("image", "the image");
    if (!workload.volumes.empty()) return refused("volumes", "the volumes, and name a folder");
    if (!workload.secrets.empty()) return refused("secrets", "the secrets");
    if (workload.nodes) return refused("nodes", "nodes; a job has one process");
    if (workload.gpus_per_node) {
        return refused("gpus_per_node", "gpus_per_node; a job has one process");
    }
    return std::nullopt;
}

Misfit misfit_of_image(const Workload& workload, const JobSite& site) {
    const auto& image = workload.image ? workload.image : site.image;
    if (!image) {
        return misfit_at("image",
                         "jobs run in containers at this site, and it has no image for those that "
                         "name none: name one, such as registry.example.org/yolo:8.3");
    }
    if (is_image_reference(*image)) return std::nullopt;
    return misfit_at("image", "\"" + *image +
                                  "\" is no image; write one such as "
                                  "registry.example.org/yolo:8.3");
}

// Of a path without "." and "..", without a slash at its end.
bool is_under(const std::string& path, const std::string& folder) {
    return path == folder || path.starts_with(folder + "/");
}

bool is_plain_path(const std::string& path) {
    const std::string closed = path + "/";
    return path.size() > 1 && path.front() == '/' && path.back() != '/' &&
           closed.find("//") == std::string::npos && closed.find("/./") == std::string::npos &&
           closed.find("/../") == std::string::npos && path.find(':') == std::string::npos;
}

Misfit misfit_of_volume(const WorkloadVolume& volume, const std::string& field,
                        const std::set<std::string>& taken) {
    static const std::array<std::string, 5> berths{"/etc/berth", "/berth", "/dev/shm", "/proc",
                                                   "/sys"};
    if (!is_dns_name(volume.claim)) {
        return misfit_at(field + ".claim",
                         "\"" + volume.claim +
                             "\" is no volume claim's name; write lower-case letters, digits, "
                             "dashes and dots, such as coco");
    }
    if (!is_plain_path(volume.mount)) {
        return misfit_at(field + ".mount", "\"" + volume.mount +
                                               "\" is no place for a volume; write a whole path "
                                               "such as /data");
    }
    for (const std::string& folder : berths) {
        if (is_under(volume.mount, folder) || is_under(folder, volume.mount)) {
            return misfit_at(field + ".mount", folder +
                                                   " is not a workload's to cover; mount the "
                                                   "claim elsewhere, such as at /data");
        }
    }
    if (taken.contains(volume.mount)) {
        return misfit_at(field + ".mount", "two volumes cannot both be at " + volume.mount +
                                               "; mount one of them elsewhere");
    }
    return std::nullopt;
}

Misfit misfit_of_volumes(const Workload& workload) {
    std::set<std::string> taken;
    for (std::size_t i = 0; i < workload.volumes.size(); ++i) {
        const std::string field = "volumes." + std::to_string(i);
        if (auto found = misfit_of_volume(workload.volumes[i], field, taken)) return found;
        taken.insert(workload.volumes[i].mount);
    }
    return std::nullopt;
}

Misfit misfit_of_secrets(const Workload& workload) {
    for (std::size_t i = 0; i < workload.secrets.size(); ++i) {
        if (is_dns_name(workload.secrets[i])) continue;
        return misfit_at("secrets." + std::to_string(i),
                         "\"" + workload.secrets[i] +
                             "\" is no secret's name; write the name of a secret of the jobs' "
                             "namespace, never what it holds");
    }
    return std::nullopt;
}

Misfit misfit_of_environment(const Workload& workload) {
    for (const auto& [name, value] : workload.env) {
        if (is_environment_name(name)) continue;
        return misfit_at("env", "\"" + name +
                                    "\" is no variable's name; write letters, digits and "
                                    "underscores, not a digit first");
    }
    return std::nullopt;
}

Misfit misfit_of_counts(const Workload& workload) {
    if (workload.nodes && *workload.nodes < 1) return misfit_at("nodes", "take at least 1 node");
    if (workload.gpus_per_node && *workload.gpus_per_node < 1) {
        return misfit_at("gpus_per_node", "take at least 1 GPU of each node");
    }
    return std::nullopt;
}

}  // namespace

std::optional<json::FieldError> misfit(const Workload& workload, const JobSite& site) {
    if (site.runs_on == RunsOn::processes) return only_on_a_cluster(workload);
    if (auto found = misfit_of_image(workload, site)) return found;
    if (auto found = misfit_of_volumes(workload)) return found;
    if (auto found = misfit_of_secrets(workload)) return found;
    if (auto found = misfit_of_environment(workload)) return found;
    if (auto found = misfit_of_counts(workload)) return found;
    const bool has_folder = workload.workdir && !workload.workdir->empty();
    if (!has_folder || is_plain_path(*workload.workdir) || *workload.workdir == "/") {
        return std::nullopt;
    }
    return misfit_at("workdir", "\"" + *workload.workdir +
                                    "\" is no folder of a container; write its whole path, such "
                                    "as /workspace, or leave it out");
}

}  // namespace berth
