// Which of the free GPUs a wish gets. Deterministic, and such that whole nodes stay free: the node
// (or the label's value) with the fewest free GPUs that suffice comes first, and a wish that may
// lie anywhere fills partly used nodes before it opens a new one. A wish in pieces of one node each
// opens as few new nodes as can be. Ties go to the inventory's order.
#pragma once

#include <optional>
#include <vector>

#include "calendar/fleet_layout.hpp"

namespace berth {

class GpuChoice {
public:
    // `wanted`: the healthy GPUs that the wish's selector matches. Keeps references to all three.
    GpuChoice(const FleetLayout& layout, const Fleet& fleet, const GpuWish& wish,
              const GpuSet& wanted);

    // `free` is a subset of `wanted` in all of these.
    [[nodiscard]] bool fits(const GpuSet& free) const;
    // Ascending; empty when it does not fit.
    [[nodiscard]] std::vector<GpuIndex> choose(const GpuSet& free) const;

    // The wanted GPUs with one value of a label, by the words in which they have bits.
    struct Part {
        std::uint32_t word;
        GpuSet::Word bits;
    };
    using Group = std::vector<Part>;

private:
    // The nodes that may have GPUs in the set: [first, last).
    struct Nodes {
        NodeIndex first;
        NodeIndex last;
    };

    // A node's free GPUs, when they make up a piece or more of the wish.
    struct Roomy {
        NodeIndex node;
        int free = 0;
        bool whole = false;  // all that are wanted of it are free
    };

    void group_by_label(const std::string& label);
    [[nodiscard]] Nodes nodes_of(const GpuSet& gpus) const;
    [[nodiscard]] std::optional<NodeIndex> tightest_node(const GpuSet& free) const;
    [[nodiscard]] const Group* tightest_group(const GpuSet& free) const;
    // How many of these a wish of this spread could take at most.
    [[nodiscard]] int room_in(const GpuSet& free) const;
    [[nodiscard]] GpuSet free_in(const Group& group, const GpuSet& free) const;
    [[nodiscard]] std::vector<GpuIndex> gather(const GpuSet& free, const GpuSet& wanted) const;
    [[nodiscard]] std::vector<Roomy> roomy_nodes(const GpuSet& free, const GpuSet& wanted) const;
    [[nodiscard]] std::vector<GpuIndex> gather_pieces(const GpuSet& free,
                                                      const GpuSet& wanted) const;
    void take(const GpuSet& free, NodeIndex node, int count, std::vector<GpuIndex>& into) const;

    const FleetLayout& layout_;
    const Fleet& fleet_;
    const GpuSet& wanted_;
    GpuSet::Extent extent_;  // of wanted_
    int count_;
    int per_node_;
    Spread::Kind spread_;
    std::vector<Group> groups_;  // for same_label
};

}  // namespace berth
