// The GPUs of a cluster's nodes, and who sits on them without a reservation. A node's GPUs are
// `node/0` … by its capacity; those beyond what is allocatable, and all of a node that is not
// ready, cordoned or tainted with what Berth's pods do not tolerate, are `unready`. A failure that
// passes within `node_settling` (node_gpus.hpp) is not told.
#pragma once

#include <functional>
#include <memory>

#include "engine/inventory_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

class KubernetesInventory : public InventoryPort {
public:
    // Keeps a reference to the client, which must outlive it; not destroyed on the client's thread.
    KubernetesInventory(ApiClient& client, KubernetesOptions options,
                        std::function<void(const std::string&)> report);
    ~KubernetesInventory() override;
    KubernetesInventory(const KubernetesInventory&) = delete;
    KubernetesInventory& operator=(const KubernetesInventory&) = delete;

    void on_change(std::function<void()> call) override;
    [[nodiscard]] std::optional<std::vector<GpuSpec>> gpus() override;
    [[nodiscard]] std::optional<std::vector<Occupant>> occupants() override;
    void make_room(const std::vector<std::string>& nodes) override;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // replies and pauses may outlive the inventory
};

}  // namespace berth
