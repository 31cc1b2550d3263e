// The server's configuration: YAML, read strictly. Each key is documented in docs/configuration.md.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/berthd/kubernetes_config.hpp"
#include "apps/berthd/policy_config.hpp"
#include "fleet/fleet.hpp"
#include "json/described.hpp"
#include "time/slot_grid.hpp"

namespace berth {

struct SiteConfig {
    static constexpr bool all_optional = true;
    std::string zone = "UTC";
    double slot_hours = 2;
    int horizon_days = 365;
};
BOOST_DESCRIBE_STRUCT(SiteConfig, (), (zone, slot_hours, horizon_days))

struct NodeConfig {
    static constexpr bool all_optional = true;
    std::string name;
    int gpus = 0;
    std::string model = "GPU";
    int memory_gb = 0;
    std::map<std::string, std::string> labels;
};
BOOST_DESCRIBE_STRUCT(NodeConfig, (), (name, gpus, model, memory_gb, labels))

struct FleetConfig {
    static constexpr bool all_optional = true;
    std::optional<bool> detect;  // this machine's own GPUs where NVML finds any; unless said, yes
    std::vector<NodeConfig> nodes;  // otherwise these
};
BOOST_DESCRIBE_STRUCT(FleetConfig, (), (detect, nodes))

struct LaunchConfig {
    static constexpr bool all_optional = true;
    int grace_seconds = 30;
    std::string yolo;  // the berth-yolo program; relative to the configuration file
    std::optional<KubernetesConfig> kubernetes;  // jobs run there, not on this machine
};
BOOST_DESCRIBE_STRUCT(LaunchConfig, (), (grace_seconds, yolo, kubernetes))

struct ArchiveConfig {
    static constexpr bool all_optional = true;
    std::optional<std::string> folder;  // default: archive/ in the data folder
};
BOOST_DESCRIBE_STRUCT(ArchiveConfig, (), (folder))

struct SmtpConfig {
    static constexpr bool all_optional = true;
    std::string url;  // smtp://host:25, smtps://host:465
    std::string from;
    std::optional<std::string> user;
    std::optional<std::string> password_file;
    std::optional<std::string> domain;             // user@domain, for who has no address below
    std::map<std::string, std::string> addresses;  // user: address
};
BOOST_DESCRIBE_STRUCT(SmtpConfig, (), (url, from, user, password_file, domain, addresses))

struct WebhookConfig {
    static constexpr bool all_optional = true;
    std::string url;
    std::string secret_file;
};
BOOST_DESCRIBE_STRUCT(WebhookConfig, (), (url, secret_file))

struct NotifyConfig {
    static constexpr bool all_optional = true;
    std::optional<SmtpConfig> smtp;
    std::vector<WebhookConfig> webhooks;
};
BOOST_DESCRIBE_STRUCT(NotifyConfig, (), (smtp, webhooks))

struct TlsConfig {
    static constexpr bool all_optional = true;
    std::string certificate;  // in PEM form, with those that vouch for it
    std::string key;          // without a passphrase
};
BOOST_DESCRIBE_STRUCT(TlsConfig, (), (certificate, key))

struct ServerConfig {
    static constexpr bool all_optional = true;
    int connections = 4096;
    int streams = 2048;  // of those
    int body_kb = 1024;
    int header_kb = 16;
    double header_seconds = 10;  // from a request's first byte
    double body_seconds = 30;
    double write_seconds = 30;  // of half a megabyte
    double idle_seconds = 75;   // between two requests
    double stop_seconds = 5;    // after SIGTERM, for what is in flight
    std::optional<TlsConfig> tls;
};
BOOST_DESCRIBE_STRUCT(ServerConfig, (),
                      (connections, streams, body_kb, header_kb, header_seconds, body_seconds,
                       write_seconds, idle_seconds, stop_seconds, tls))

struct Config {
    static constexpr bool all_optional = true;
    std::string listen = "127.0.0.1:8420";
    std::vector<std::string> names;  // that people reach it by, beside localhost
    std::string data = "var";
    std::string page = "ui/dist";
    ServerConfig server;
    SiteConfig site;
    FleetConfig fleet;
    LaunchConfig launch;
    ArchiveConfig archive;
    NotifyConfig notify;
    PolicyConfig policy;
    std::map<std::string, TeamConfig> teams;
    std::vector<std::string> operators;
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (listen, names, data, page, server, site, fleet, launch, archive, notify,
                       policy, teams, operators))

// Errors are sentences with the file, the key and what to write instead.
std::expected<Config, std::string> read_config(const std::filesystem::path& file,
                                               ClockKind clock = ClockKind::wall);

Policy make_policy(const Config& config);

// Precondition: the configuration was read without an error, or the result is looked at.
std::expected<SlotGrid, std::string> make_grid(const SiteConfig& site);

// The GPUs that the configuration declares.
std::expected<std::vector<GpuSpec>, std::string> declared_gpus(const FleetConfig& fleet);

}  // namespace berth
