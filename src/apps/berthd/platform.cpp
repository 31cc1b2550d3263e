#include "apps/berthd/platform.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "kubernetes/cluster_pulse.hpp"
#include "kubernetes/kubernetes_inventory.hpp"
#include "kubernetes/kubernetes_launcher.hpp"
#include "launch/local_launcher.hpp"

namespace berth {

namespace {

using Report = std::function<void(const std::string&)>;

std::string listen_url(const ServerOptions& options) {
    return fmt::format("{}://{}:{}", options.config.server.tls ? "https" : "http", options.address,
                       options.port);
}

std::chrono::seconds grace_of(const ServerOptions& options) {
    return std::chrono::seconds(options.config.launch.grace_seconds);
}

class ThisMachine : public Platform {
public:
    ThisMachine(const ServerOptions& options, ClockPort& clock)
        : launcher_(clock, launch_options(options)) {}

    LauncherPort& launcher() override { return launcher_; }

private:
    static LaunchOptions launch_options(const ServerOptions& options) {
        const std::filesystem::path data = options.config.data;
        LaunchOptions launch;
        launch.attempts_folder = data / "attempts";
        launch.work_folder = data / "work";
        launch.supervisor = options.program_folder / "berth-supervisor";
        launch.berth_yolo = options.config.launch.yolo;
        launch.berth_url = listen_url(options);
        launch.grace = grace_of(options);
        return launch;
    }

    LocalLauncher launcher_;
};

class Cluster : public Platform {
public:
    Cluster(ClusterAccess access, const KubernetesOptions& options, ClockPort& clock,
            const Report& report)
        : jobs_{.runs_on = RunsOn::kubernetes, .image = options.image},
          client_(std::move(access), {}),
          pulse_(client_),
          inventory_(client_, options, report),
          launcher_(client_, clock, options, report) {}

    LauncherPort& launcher() override { return launcher_; }
    InventoryPort* inventory() override { return &inventory_; }
    [[nodiscard]] JobSite jobs() const override { return jobs_; }
    [[nodiscard]] std::string trouble() const override { return pulse_.trouble(); }

private:
    JobSite jobs_;
    ApiClient client_;  // the others refer to it
    ClusterPulse pulse_;
    KubernetesInventory inventory_;
    KubernetesLauncher launcher_;
};

}  // namespace

std::expected<ClusterAccess, std::string> access_of(const KubernetesConfig& config) {
    if (config.kubeconfig) return read_kubeconfig(*config.kubeconfig, config.context);
    return in_cluster_access();
}

std::expected<std::unique_ptr<Platform>, std::string> make_platform(const ServerOptions& options,
                                                                    ClockPort& clock,
                                                                    Report report) {
    const auto& cluster = options.config.launch.kubernetes;
    try {
        if (!cluster) return std::make_unique<ThisMachine>(options, clock);
        auto access = access_of(*cluster);
        if (!access) return std::unexpected(access.error());
        return std::make_unique<Cluster>(std::move(*access),
                                         kubernetes_options(*cluster, listen_url(options),
                                                            grace_of(options), options.config.data),
                                         clock, report);
    } catch (const std::runtime_error& error) {
        return std::unexpected(error.what());
    }
}

}  // namespace berth
