#include "apps/berthd/config.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <cmath>
#include <set>
#include <sstream>

namespace berth {

namespace {

// A plain scalar means what YAML's core schema says; a quoted one is always text.
boost::json::value scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return boost::json::value(text);
    if (text == "true") return true;
    if (text == "false") return false;
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    std::int64_t integer = 0;
    if (YAML::convert<std::int64_t>::decode(node, integer)) return integer;
    double number = 0;
    if (YAML::convert<double>::decode(node, number)) return number;
    return boost::json::value(text);
}

std::expected<boost::json::value, std::string> to_json(const YAML::Node& node) {
    if (node.IsSequence()) {
        boost::json::array array;
        for (const YAML::Node& item : node) {
            auto value = to_json(item);
            if (!value) return value;
            array.push_back(std::move(*value));
        }
        return array;
    }
    if (node.IsMap()) {
        boost::json::object object;
        for (const auto& entry : node) {
            const std::string key = entry.first.as<std::string>();
            if (object.contains(key)) {
                return std::unexpected("the key \"" + key + "\" stands twice (line " +
                                       std::to_string(entry.first.Mark().line + 1) + ")");
            }
            auto value = to_json(entry.second);
            if (!value) return value;
            object.emplace(key, std::move(*value));
        }
        return object;
    }
    if (!node.IsDefined() || node.IsNull()) return boost::json::value(nullptr);
    return scalar(node);
}

std::optional<std::string> first_mistake(const ServerConfig& server) {
    struct Range {
        const char* key;
        double value;
        double least;
        double most;
    };
    constexpr double day = 24 * 60 * 60;
    const std::array ranges = {
        Range{"connections", static_cast<double>(server.connections), 1, 100'000},
        Range{"streams", static_cast<double>(server.streams), 0, 100'000},
        Range{"body_kb", static_cast<double>(server.body_kb), 1, 64 * 1024},
        Range{"header_kb", static_cast<double>(server.header_kb), 1, 1024},
        Range{"header_seconds", server.header_seconds, 0.1, day},
        Range{"body_seconds", server.body_seconds, 0.1, day},
        Range{"write_seconds", server.write_seconds, 0.1, day},
        Range{"idle_seconds", server.idle_seconds, 0.1, day},
        Range{"stop_seconds", server.stop_seconds, 0.1, day},
    };
    for (const Range& range : ranges) {
        if (range.value >= range.least && range.value <= range.most) continue;
        std::ostringstream sentence;
        sentence << "server." << range.key << " must lie between " << range.least << " and "
                 << range.most;
        return sentence.str();
    }
    if (!server.tls) return std::nullopt;
    if (server.tls->certificate.empty()) return "server.tls.certificate is missing: a PEM file";
    if (server.tls->key.empty()) return "server.tls.key is missing: a PEM file";
    return std::nullopt;
}

SiteRules rules_of(const Config& config) {
    return {config.policy, config.teams, config.operators};
}

std::optional<std::string> mistake_in_fleet(const FleetConfig& fleet) {
    auto gpus = declared_gpus(fleet);
    if (!gpus) return gpus.error();
    if (gpus->empty() && !fleet.detect.value_or(true)) {
        return "there is no GPU to book: name nodes under fleet.nodes, or set fleet.detect";
    }
    return std::nullopt;
}

std::optional<std::string> mistake_in_cluster(const Config& config) {
    if (config.fleet.detect || !config.fleet.nodes.empty()) {
        return "fleet and launch.kubernetes cannot both be there: the cluster's nodes are the "
               "fleet (launch.kubernetes.node_selector chooses them); remove fleet";
    }
    if (!config.launch.yolo.empty()) {
        return "launch.yolo is a program of this machine, and launch.kubernetes runs trainings in "
               "their image, which has its own berth-yolo; remove launch.yolo";
    }
    KubernetesSurroundings around{.listen = config.listen, .teams = {}};
    for (const auto& [name, team] : config.teams) around.teams.insert(name);
    return first_mistake(*config.launch.kubernetes, around);
}

std::optional<std::string> first_mistake(const Config& config, ClockKind clock) {
    if (auto mistake = first_mistake(config.server)) return mistake;
    if (auto mistake = first_mistake(rules_of(config), clock)) return mistake;
    const auto& site = config.site;
    const double minutes = site.slot_hours * 60;
    // Whole minutes, with room for a third of an hour written as 0.33333.
    const bool sane = std::isfinite(minutes) && minutes > 0.5 && minutes < 24 * 60 + 0.5;
    if (!sane || std::abs(minutes - std::round(minutes)) > 0.01 ||
        24 * 60 % std::lround(minutes) != 0) {
        return "site.slot_hours must divide a day: 0.5, 1, 2, 3, 4, 6, 8, 12 or 24";
    }
    if (site.horizon_days < 1 || site.horizon_days > 3660) {
        return "site.horizon_days must lie between 1 and 3660";
    }
    if (config.launch.grace_seconds < 1 || config.launch.grace_seconds > 3600) {
        return "launch.grace_seconds must lie between 1 and 3600";
    }
    if (config.notify.smtp && config.notify.smtp->url.empty()) {
        return "notify.smtp.url is missing: write smtp://host:port";
    }
    if (config.notify.smtp && config.notify.smtp->from.empty()) {
        return "notify.smtp.from is missing: the address that Berth's mails come from";
    }
    for (const auto& webhook : config.notify.webhooks) {
        if (webhook.url.empty()) return "a webhook under notify.webhooks has no url";
        if (webhook.secret_file.empty()) {
            return "the webhook " + webhook.url + " has no secret_file to sign with";
        }
    }
    auto mistake =
        config.launch.kubernetes ? mistake_in_cluster(config) : mistake_in_fleet(config.fleet);
    if (mistake) return mistake;
    if (auto grid = make_grid(site); !grid) return grid.error();
    return std::nullopt;
}

// Relative paths in the file are meant from the file's own folder.
void resolve_paths(Config& config, const std::filesystem::path& base) {
    const auto resolve = [&](std::string& path) {
        if (!path.empty()) path = (base / path).lexically_normal().string();
    };
    resolve(config.data);
    resolve(config.page);
    resolve(config.launch.yolo);
    if (auto& cluster = config.launch.kubernetes) {
        if (cluster->kubeconfig) resolve(*cluster->kubeconfig);
        if (cluster->work_folder) resolve(*cluster->work_folder);
    }
    if (config.server.tls) {
        resolve(config.server.tls->certificate);
        resolve(config.server.tls->key);
    }
    if (config.archive.folder) resolve(*config.archive.folder);
    if (config.notify.smtp && config.notify.smtp->password_file) {
        resolve(*config.notify.smtp->password_file);
    }
    for (auto& webhook : config.notify.webhooks) resolve(webhook.secret_file);
}

}  // namespace

std::expected<Config, std::string> read_config(const std::filesystem::path& file, ClockKind clock) {
    const std::string where = file.string() + ": ";
    boost::json::value document;
    try {
        auto converted = to_json(YAML::LoadFile(file.string()));
        if (!converted) return std::unexpected(where + converted.error());
        document = std::move(*converted);
    } catch (const YAML::BadFile&) {
        return std::unexpected(where + "there is no such file, or it cannot be read");
    } catch (const YAML::Exception& error) {
        return std::unexpected(where + "this is not YAML: " + error.what());
    }
    if (document.is_null()) document = boost::json::object();
    auto config = json::parse<Config>(document);
    if (!config) return std::unexpected(where + config.error().message);
    if (const auto mistake = first_mistake(*config, clock))
        return std::unexpected(where + *mistake);
    resolve_paths(*config, std::filesystem::absolute(file).parent_path());
    return std::move(*config);
}

Policy make_policy(const Config& config) {
    Policy policy =
        make_policy(rules_of(config), std::chrono::seconds(config.launch.grace_seconds));
    // Where the kubelet chooses among a node's GPUs, only all of them can be promised by name.
    const auto& cluster = config.launch.kubernetes;
    if (cluster && cluster->devices == DevicesConfig::counted) {
        policy.named_gpus = NamedGpus::whole_nodes;
    }
    return policy;
}

std::expected<SlotGrid, std::string> make_grid(const SiteConfig& site) {
    return SlotGrid::make(site.zone, std::chrono::minutes(std::lround(site.slot_hours * 60)));
}

std::expected<std::vector<GpuSpec>, std::string> declared_gpus(const FleetConfig& fleet) {
    std::set<std::string> names;
    std::vector<GpuSpec> gpus;
    for (const NodeConfig& node : fleet.nodes) {
        if (node.name.empty()) return std::unexpected("a node under fleet.nodes has no name");
        if (!names.insert(node.name).second) {
            return std::unexpected("the node " + node.name + " stands twice under fleet.nodes");
        }
        if (node.gpus < 1 || node.gpus > 1024) {
            return std::unexpected("fleet.nodes: " + node.name +
                                   " must have between 1 and 1024 gpus");
        }
        for (int device = 0; device < node.gpus; ++device) {
            gpus.push_back(
                {node.name, device, node.model, node.memory_gb, node.labels, Health::healthy});
        }
    }
    return gpus;
}

}  // namespace berth
