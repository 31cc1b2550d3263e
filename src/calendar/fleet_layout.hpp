// A fleet as the calendar's tables see it: GPUs side by side by node, and grouped into families.
//
// A family is the GPUs of one model and memory, whatever their labels. The window index keeps rows
// per family and not per GpuClass, because labels may name racks or hosts and then make a class of
// every node.
#pragma once

#include <cstdint>
#include <vector>

#include "calendar/gpu_set.hpp"
#include "fleet/fleet.hpp"

namespace berth {

using Family = std::uint32_t;

struct FleetLayout {
    explicit FleetLayout(const Fleet& fleet);

    // The GPUs of one family on one node.
    struct Group {
        Family family = 0;
        std::vector<GpuIndex> gpus;
    };
    struct NodePlace {
        std::uint32_t first_position = 0;
        std::vector<GpuIndex> gpus;  // at first_position and the positions after it
        std::vector<Group> groups;
    };

    [[nodiscard]] std::size_t gpu_count() const { return gpu_at.size(); }
    [[nodiscard]] std::size_t family_count() const { return families.size(); }

    std::vector<std::uint32_t> position_of;  // by GpuIndex
    std::vector<GpuIndex> gpu_at;            // by position
    std::vector<GpuClass> class_at;          // by position
    std::vector<NodeIndex> node_at;          // by position
    std::vector<NodePlace> nodes;            // by NodeIndex
    std::vector<Family> family_of_class;
    std::vector<GpuIndex> example_of_class;
    std::vector<GpuSet> families;   // the healthy GPUs of each
    std::vector<int> most_on_node;  // by family: what its largest group has
    int largest_node = 0;
    bool a_node_mixes_families = false;
    GpuSet healthy;
};

// Whether the two differ in nothing but the health of GPUs.
bool same_but_for_health(const Fleet& a, const Fleet& b);

// The healthy GPUs that a selector matches.
struct Selection {
    GpuSet gpus;
    std::vector<Family> families;  // that have GPUs among them
    bool whole_families = true;    // false: of some family it takes only a part
    bool whole_fleet = true;
};

Selection select(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector);

}  // namespace berth
