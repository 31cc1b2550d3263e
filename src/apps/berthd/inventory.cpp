#include "apps/berthd/inventory.hpp"

#include <unistd.h>

#include <array>

#include "launch/nvml_inventory.hpp"

namespace berth {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

}  // namespace

std::expected<Inventory, std::string> take_inventory(const FleetConfig& fleet) {
    if (fleet.detect.value_or(true)) {
        auto found = read_nvml(host_name());
        if (!found) return std::unexpected(found.error());
        if (*found && !(*found)->empty()) return Inventory{std::move(**found), false};
    }
    auto declared = declared_gpus(fleet);
    if (!declared) return std::unexpected(declared.error());
    if (declared->empty()) {
        return std::unexpected(
            "this machine has no GPU that NVML finds, and fleet.nodes declares none");
    }
    return Inventory{std::move(*declared), true};
}

}  // namespace berth
