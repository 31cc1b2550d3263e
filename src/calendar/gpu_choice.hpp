// Which of the free GPUs a wish gets. Deterministic, and such that whole nodes stay free: the node
// (or the label's value) with the fewest free GPUs that suffice comes first, and a wish that may
// lie anywhere fills partly used nodes before it opens a new one. Ties go to the inventory's order.
#pragma once

#include <optional>
#include <vector>

#include "calendar/fleet_layout.hpp"

namespace berth {

class GpuChoice {
public:
    // `wanted`: the healthy GPUs that the wish's selector matches. Keeps references to both.
    GpuChoice(const FleetLayout& layout, const Fleet& fleet, const GpuWish& wish,
              const GpuSet& wanted);

    // `free` is a subset of `wanted` in all of these.
    [[nodiscard]] bool fits(const GpuSet& free) const;
    // Ascending; empty when it does not fit.
    [[nodiscard]] std::vector<GpuIndex> choose(const GpuSet& free) const;

private:
    [[nodiscard]] const FleetLayout::NodePlace* tightest_node(const GpuSet& free) const;
    [[nodiscard]] const GpuSet* tightest_group(const GpuSet& free) const;
    [[nodiscard]] std::vector<GpuIndex> gather(const GpuSet& free, const GpuSet& wanted) const;

    const FleetLayout& layout_;
    const GpuSet& wanted_;
    int count_;
    Spread::Kind spread_;
    std::vector<GpuSet> groups_;  // the wanted GPUs by the label's value, for same_label
};

}  // namespace berth
