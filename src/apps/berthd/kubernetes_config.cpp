#include "apps/berthd/kubernetes_config.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <sstream>

#include "booking/name_rules.hpp"

namespace berth {

namespace {

using Mistake = std::optional<std::string>;

constexpr auto under = "launch.kubernetes.";
constexpr std::size_t longest_site = 20;  // it begins the names of Jobs, which are labels too

enum class Form { label, name, qualified };

bool has_form(const std::string& text, Form form) {
    switch (form) {
        case Form::label:
            return is_dns_label(text);
        case Form::name:
            return is_dns_name(text);
        case Form::qualified:
            return is_qualified_name(text);
    }
    return false;
}

std::string rule_of(Form form) {
    switch (form) {
        case Form::label:
            return "lower-case letters, digits and dashes, at most 63 of them, such as berth-jobs";
        case Form::name:
            return "lower-case letters, digits, dashes and dots, such as gpu-jobs";
        case Form::qualified:
            return "a name such as nvidia.com/gpu";
    }
    return {};
}

Mistake misnamed(const std::string& key, const std::string& text, Form form) {
    if (has_form(text, form)) return std::nullopt;
    return under + key + ": \"" + text + "\" is no name that Kubernetes takes; write " +
           rule_of(form);
}

Mistake misnamed(const std::string& key, const std::optional<std::string>& text, Form form) {
    return text ? misnamed(key, *text, form) : std::nullopt;
}

Mistake misnamed_for_a_team(const std::string& key, const std::map<std::string, std::string>& names,
                            Form form, const std::set<std::string>& teams) {
    for (const auto& [team, name] : names) {
        if (!teams.empty() && !teams.contains(team)) {
            return under + key + " names the team \"" + team +
                   "\", which is not under teams; write it as it stands there";
        }
        if (auto mistake = misnamed(key + "." + team, name, form)) return mistake;
    }
    return std::nullopt;
}

Mistake mistake_in_names(const KubernetesConfig& config, const std::set<std::string>& teams) {
    if (!is_dns_label(config.site, longest_site)) {
        return std::string(under) + "site: \"" + config.site +
               "\" must be at most 20 lower-case letters, digits and dashes, such as berth";
    }
    const auto& classes = config.priority_classes;
    for (const auto& mistake : {
             misnamed("job_namespace", config.job_namespace, Form::label),
             misnamed_for_a_team("team_namespaces", config.team_namespaces, Form::label, teams),
             misnamed("queue", config.queue, Form::name),
             misnamed_for_a_team("team_queues", config.team_queues, Form::name, teams),
             misnamed("priority_classes.P0", classes.P0, Form::name),
             misnamed("priority_classes.P1", classes.P1, Form::name),
             misnamed("priority_classes.P2", classes.P2, Form::name),
             misnamed("priority_classes.P3", classes.P3, Form::name),
             misnamed("service_account", config.service_account, Form::name),
             misnamed("work_claim", config.work_claim, Form::name),
             misnamed("device_class", config.device_class, Form::name),
             misnamed("resource", config.resource, Form::qualified),
         }) {
        if (mistake) return mistake;
    }
    for (const std::string& secret : config.image_pull_secrets) {
        if (auto mistake = misnamed("image_pull_secrets", secret, Form::name)) return mistake;
    }
    if (config.image && !is_image_reference(*config.image)) {
        return std::string(under) + "image: \"" + *config.image +
               "\" is no image; write one such as registry.example.org/yolo:8.3";
    }
    return std::nullopt;
}

Mistake mistake_in(const TolerationConfig& toleration) {
    static const std::set<std::string> effects{"NoSchedule", "PreferNoSchedule", "NoExecute"};
    const std::string key = std::string(under) + "tolerations";
    if (toleration.key.empty() && toleration.value) {
        return key + ": a value needs a key; leave both out to tolerate every taint";
    }
    if (!toleration.key.empty() && !is_qualified_name(toleration.key)) {
        return key + ": \"" + toleration.key +
               "\" is no taint's key; write one such as "
               "nvidia.com/gpu";
    }
    if (toleration.effect && !effects.contains(*toleration.effect)) {
        return key + ": \"" + *toleration.effect +
               "\" is no effect of a taint; write NoSchedule, PreferNoSchedule or NoExecute, or "
               "leave it out for all";
    }
    return std::nullopt;
}

Mistake mistake_in_numbers(const KubernetesConfig& config) {
    struct Range {
        const char* key;
        std::optional<double> value;
        double least;
        double most;
    };
    constexpr double day = 24 * 60;
    constexpr double most_group = std::numeric_limits<std::int32_t>::max();
    const std::array ranges = {
        Range{"fs_group", config.fs_group, 0, most_group},
        Range{"shm_gb", config.shm_gb, 0, 4096},
        Range{"cpus_per_gpu", config.cpus_per_gpu, 0.01, 1024},
        Range{"memory_gb_per_gpu", config.memory_gb_per_gpu, 0.01, 65536},
        Range{"prepares_ahead_minutes", config.prepares_ahead_minutes, 0, day},
        Range{"gives_up_after_minutes", config.gives_up_after_minutes, 1, day},
        Range{"node_is_lost_after_minutes", config.node_is_lost_after_minutes, 1, day},
    };
    for (const Range& range : ranges) {
        if (!range.value || (*range.value >= range.least && *range.value <= range.most)) continue;
        std::ostringstream sentence;
        sentence.precision(std::numeric_limits<std::int32_t>::digits10 + 1);
        sentence << under << range.key << " must lie between " << range.least << " and "
                 << range.most;
        return sentence.str();
    }
    return std::nullopt;
}

bool is_reached_by_others(const std::string& listen) {
    const std::string host = listen.substr(0, listen.rfind(':'));
    return !host.starts_with("127.") && host != "localhost" && host != "::1" && host != "[::1]" &&
           host != "0.0.0.0" && host != "::" && host != "[::]" && !host.empty();
}

Mistake mistake_in_address(const KubernetesConfig& config, const std::string& listen) {
    const std::string key = std::string(under) + "url";
    if (!config.url) {
        if (is_reached_by_others(listen)) return std::nullopt;
        return key + " is missing: pods report their progress to it, and nobody else reaches " +
               listen +
               "; write the address of this server that the cluster's nodes reach, such as "
               "https://berth.example.org";
    }
    if (!host_in(*config.url).empty()) return std::nullopt;
    return key + ": \"" + *config.url +
           "\" is no address; write one such as https://berth.example.org or "
           "http://10.0.0.5:8420";
}

// The API server knows its grammar; what would choose every node of the cluster is refused here.
Mistake mistake_in_selector(const std::string& selector) {
    if (selector.find_first_not_of(" ,") != std::string::npos) return std::nullopt;
    return std::string(under) +
           "node_selector is empty: say by their labels which nodes Berth may book, such as "
           "nvidia.com/gpu.present=true";
}

}  // namespace

std::optional<std::string> first_mistake(const KubernetesConfig& config,
                                         const KubernetesSurroundings& around) {
    if (config.context && !config.kubeconfig) {
        return "launch.kubernetes.context belongs to a kubeconfig; name its file as "
               "launch.kubernetes.kubeconfig, or leave both out when this server runs in the "
               "cluster";
    }
    if (config.kubeconfig && config.kubeconfig->empty()) {
        return "launch.kubernetes.kubeconfig is empty: name the file, or leave the key out when "
               "this server runs in the cluster";
    }
    if (auto mistake = mistake_in_address(config, around.listen)) return mistake;
    if (auto mistake = mistake_in_names(config, around.teams)) return mistake;
    if (auto mistake = mistake_in_selector(config.node_selector)) return mistake;
    for (const TolerationConfig& toleration : config.tolerations) {
        if (auto mistake = mistake_in(toleration)) return mistake;
    }
    if (config.work_folder && !config.work_claim) {
        return "launch.kubernetes.work_folder is where this server sees the volume of "
               "launch.kubernetes.work_claim; name the claim too";
    }
    return mistake_in_numbers(config);
}

KubernetesOptions kubernetes_options(const KubernetesConfig& config, const std::string& listen_url,
                                     std::chrono::milliseconds grace,
                                     const std::filesystem::path& data) {
    KubernetesOptions options;
    options.site = config.site;
    options.namespace_name = config.job_namespace;
    options.team_namespaces = config.team_namespaces;
    options.queue = config.queue;
    options.team_queues = config.team_queues;
    const std::array classes = {&config.priority_classes.P0, &config.priority_classes.P1,
                                &config.priority_classes.P2, &config.priority_classes.P3};
    const std::array priorities = {Priority::P0, Priority::P1, Priority::P2, Priority::P3};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (*classes[i]) options.priority_classes[priorities[i]] = **classes[i];
    }
    options.service_account = config.service_account.value_or("");
    options.image_pull_secrets = config.image_pull_secrets;
    options.image = config.image;
    options.resource = config.resource;
    options.node_selector = config.node_selector;
    for (const TolerationConfig& one : config.tolerations) {
        options.tolerations.push_back({.key = one.key,
                                       .value = one.value.value_or(""),
                                       .effect = one.effect.value_or(""),
                                       .exists = !one.value});
    }
    options.host_network = config.host_network;
    options.fs_group = config.fs_group;
    options.shm_gb = config.shm_gb;
    options.cpus_per_gpu = config.cpus_per_gpu;
    options.memory_gb_per_gpu = config.memory_gb_per_gpu;
    options.work_claim = config.work_claim;
    options.work_folder = config.work_folder.value_or("");
    options.attempts_folder = data / "attempts";
    options.berth_url = config.url.value_or(listen_url);
    options.grace = grace;
    options.prepares_ahead = std::chrono::minutes(config.prepares_ahead_minutes);
    options.gives_up_after = std::chrono::minutes(config.gives_up_after_minutes);
    options.node_is_lost_after = std::chrono::minutes(config.node_is_lost_after_minutes);
    options.reads_devices = config.reads_devices;
    options.occupants = config.occupants == OccupantsConfig::remove
                            ? KubernetesOptions::Occupants::remove
                            : KubernetesOptions::Occupants::report;
    options.devices = config.devices == DevicesConfig::claimed
                          ? KubernetesOptions::Devices::claimed
                          : KubernetesOptions::Devices::counted;
    options.device_class = config.device_class;
    return options;
}

std::string host_in(const std::string& url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return {};
    const std::string scheme = url.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") return {};
    const std::string rest = url.substr(scheme_end + 3);
    const std::string authority = rest.substr(0, rest.find('/'));
    if (authority.find_first_of("@?# ") != std::string::npos) return {};
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

}  // namespace berth
