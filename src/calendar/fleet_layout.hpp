// A fleet as the calendar's tables see it: GPUs side by side by node, and grouped into families.
//
// A family is the GPUs of one model and memory, whatever their labels. The window index keeps rows
// per family and not per GpuClass, because labels may name racks or hosts and then make a class of
// every node.
//
// A GPU's position is its bit in sets and maps. Positions come in octets of eight, a byte each: the
// GPUs of one family on one node begin a new octet, and some bits of their last one may be no GPU.
#pragma once

#include <cstdint>
#include <vector>

#include "calendar/gpu_set.hpp"
#include "fleet/fleet.hpp"

namespace berth {

using Family = std::uint32_t;

inline constexpr std::uint32_t octet_size = 8;
using OctetBits = std::uint8_t;

struct Octets {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct FleetLayout {
    explicit FleetLayout(const Fleet& fleet);

    // The GPUs of one family on one node.
    struct Group {
        Family family = 0;
        NodeIndex node;
        Octets octets;
    };
    // GPUs of one model and memory. The last family may have several kinds.
    struct Kind {
        Family family = 0;
        GpuIndex example;
    };

    [[nodiscard]] std::size_t positions() const { return std::size_t{octet_size} * octets; }
    [[nodiscard]] std::size_t family_count() const { return families.size(); }
    [[nodiscard]] std::uint32_t node_count() const {
        return static_cast<std::uint32_t>(first_octet.size()) - 1;
    }
    [[nodiscard]] Octets octets_of(NodeIndex node) const {
        const std::uint32_t first = first_octet[node.value];
        return {first, first_octet[node.value + 1] - first};
    }

    std::uint32_t octets = 0;
    std::vector<std::uint32_t> position_of;  // by GpuIndex
    std::vector<GpuIndex> gpu_at;            // by position, where there is a GPU
    std::vector<Group> groups;               // by their octets
    std::vector<std::uint32_t> group_of;     // by octet
    std::vector<std::uint32_t> first_octet;  // by NodeIndex, and one beyond the last
    std::vector<Kind> kinds;
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

}  // namespace berth
