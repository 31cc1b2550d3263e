// What jobs run on, made as the configuration says: this machine, or a cluster whose nodes are the
// fleet.
//
//     auto platform = make_platform(options, clock, warn);
//     platform->launcher().start(order);
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "apps/berthd/server.hpp"
#include "booking/job_site.hpp"
#include "engine/clock_port.hpp"
#include "engine/inventory_port.hpp"
#include "engine/launcher_port.hpp"
#include "kubernetes/cluster_access.hpp"

namespace berth {

class Platform {
public:
    virtual ~Platform() = default;

    [[nodiscard]] virtual LauncherPort& launcher() = 0;
    // None: the fleet is declared once, at the start.
    [[nodiscard]] virtual InventoryPort* inventory() { return nullptr; }
    [[nodiscard]] virtual JobSite jobs() const { return {}; }
    // What keeps jobs from being started now, in words; empty: nothing. Any thread.
    [[nodiscard]] virtual std::string trouble() const { return {}; }
};

// `clock` must outlive it. `report` is given sentences for the operator. A cluster that is away is
// no error: it is asked again until it is there.
std::expected<std::unique_ptr<Platform>, std::string> make_platform(
    const ServerOptions& options, ClockPort& clock, std::function<void(const std::string&)> report);

// How to reach the cluster that the configuration names. Error: a sentence.
std::expected<ClusterAccess, std::string> access_of(const KubernetesConfig& config);

}  // namespace berth
