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
    // So many GPUs of these nodes are reserved now, or are about to be: each is named once for each
    // of its reserved GPUs. Where they do not suffice for the occupants as well, those are removed,
    // if the site says so. Idempotent.
    virtual void make_room(const std::vector<std::string>& /*nodes*/) {}
};

}  // namespace berth
