// What a selector takes of a fleet: which families, and which GPUs.
#pragma once

#include "calendar/fleet_layout.hpp"

namespace berth {

// Has GPUs of these families, perhaps only a part of one.
struct Selection {
    std::uint32_t families = 0;  // a bit each
    int family_count = 0;
    bool whole_families = true;  // false: of some family it takes only a part
    bool whole_fleet = true;

    [[nodiscard]] Family first() const;
    void for_each_family(auto&& visit) const {
        for (Family family = 0; families >> family != 0; ++family) {
            if ((families >> family & 1U) != 0) visit(family);
        }
    }
};

Selection select(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector);

// The healthy GPUs that it takes.
GpuSet selected_gpus(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector,
                     const Selection& selection);
GpuSet selected_gpus(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector);

}  // namespace berth
