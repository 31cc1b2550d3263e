// Where GPUs come and go by themselves: a cluster's nodes. Followed by follow/inventory_follower.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "booking/occupant.hpp"
#include "fleet/fleet.hpp"

namespace berth {

class InventoryPort {
public:
    virtual ~InventoryPort() = default;

    // As LauncherPort::on_change: called whenever the GPUs or the occupants have changed.
    virtual void on_change(std::function<void()> call) = 0;
    // All GPUs, in a stable order; unusable ones are `unready`. Nothing until it has seen them all.
    [[nodiscard]] virtual std::optional<std::vector<GpuSpec>> gpus() = 0;
    // Who uses them without a reservation. Nothing until all were seen.
    [[nodiscard]] virtual std::optional<std::vector<Occupant>> occupants() = 0;
    // These GPUs' reservation is about to start: removes their occupants where the site says so.
    virtual void make_room(const std::vector<std::string>& /*nodes*/) {}
};

}  // namespace berth
