// Which GPUs this site has: the machine's own, or those that the configuration declares.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "apps/berthd/config.hpp"
#include "fleet/fleet.hpp"

namespace berth {

struct Inventory {
    std::vector<GpuSpec> gpus;
    bool simulated = false;  // declared, and nothing like them was found
};

std::expected<Inventory, std::string> take_inventory(const FleetConfig& fleet);

}  // namespace berth
