#include "calendar/gpu_choice.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace berth {
namespace {

int overlap(const GpuSet& a, const GpuSet& b) {
    int count = 0;
    for (std::size_t i = 0; i < a.words().size(); ++i) {
        count += std::popcount(a.words()[i] & b.words()[i]);
    }
    return count;
}

// One set of the wanted GPUs for each value of the label, in the order in which the inventory first
// names them. GPUs without the label are in none.
std::vector<GpuSet> by_label(const FleetLayout& layout, const Fleet& fleet, const GpuSet& wanted,
                             const std::string& label) {
    std::vector<GpuSet> groups;
    std::map<std::string_view, std::size_t> numbers;
    constexpr std::size_t no_node = ~std::size_t{0};
    std::vector<std::size_t> group_of_class;
    for (const GpuIndex example : layout.example_of_class) {
        const Labels& labels = fleet.gpu(example).spec.labels;
        const auto found = labels.find(label);
        if (found == labels.end()) {
            group_of_class.push_back(no_node);
            continue;
        }
        const auto [number, added] = numbers.try_emplace(found->second, numbers.size());
        if (added) groups.emplace_back(layout.gpu_count());
        group_of_class.push_back(number->second);
    }
    wanted.for_each([&](std::uint32_t position) {
        const std::size_t group = group_of_class[layout.class_at[position].value];
        if (group != no_node) groups[group].insert(position);
    });
    return groups;
}

}  // namespace

GpuChoice::GpuChoice(const FleetLayout& layout, const Fleet& fleet, const GpuWish& wish,
                     const GpuSet& wanted)
    : layout_(layout), wanted_(wanted), count_(wish.count), spread_(wish.spread.kind) {
    if (spread_ == Spread::Kind::same_label) {
        groups_ = by_label(layout, fleet, wanted, wish.spread.label);
    }
}

bool GpuChoice::fits(const GpuSet& free) const {
    switch (spread_) {
        case Spread::Kind::same_node:
            return tightest_node(free) != nullptr;
        case Spread::Kind::any:
            return free.size() >= count_;
        case Spread::Kind::same_label:
            return tightest_group(free) != nullptr;
    }
    return false;
}

std::vector<GpuIndex> GpuChoice::choose(const GpuSet& free) const {
    switch (spread_) {
        case Spread::Kind::same_node: {
            const FleetLayout::NodePlace* const node = tightest_node(free);
            if (node == nullptr) return {};
            std::vector<GpuIndex> gpus;
            for (const GpuIndex gpu : node->gpus) {
                if (!free.contains(layout_.position_of[gpu.value])) continue;
                gpus.push_back(gpu);
                if (std::ssize(gpus) == count_) break;
            }
            return gpus;
        }
        case Spread::Kind::any:
            return free.size() < count_ ? std::vector<GpuIndex>{} : gather(free, wanted_);
        case Spread::Kind::same_label: {
            const GpuSet* const group = tightest_group(free);
            if (group == nullptr) return {};
            GpuSet free_in_group = free;
            free_in_group.keep(group->words());
            return gather(free_in_group, *group);
        }
    }
    return {};
}

const FleetLayout::NodePlace* GpuChoice::tightest_node(const GpuSet& free) const {
    const FleetLayout::NodePlace* tightest = nullptr;
    int fewest = 0;
    for (const FleetLayout::NodePlace& node : layout_.nodes) {
        const int count =
            free.size_within(node.first_position, static_cast<std::uint32_t>(node.gpus.size()));
        if (count < count_ || (tightest != nullptr && count >= fewest)) continue;
        tightest = &node;
        fewest = count;
        if (count == count_) break;
    }
    return tightest;
}

const GpuSet* GpuChoice::tightest_group(const GpuSet& free) const {
    const GpuSet* tightest = nullptr;
    int fewest = 0;
    for (const GpuSet& group : groups_) {
        const int count = overlap(free, group);
        if (count < count_ || (tightest != nullptr && count >= fewest)) continue;
        tightest = &group;
        fewest = count;
    }
    return tightest;
}

// Precondition: `free` has enough.
std::vector<GpuIndex> GpuChoice::gather(const GpuSet& free, const GpuSet& wanted) const {
    struct Candidate {
        bool wholly_free;
        int free;
        const FleetLayout::NodePlace* node;
    };
    std::vector<Candidate> candidates;
    for (const FleetLayout::NodePlace& node : layout_.nodes) {
        const auto size = static_cast<std::uint32_t>(node.gpus.size());
        const int count = free.size_within(node.first_position, size);
        if (count == 0) continue;
        candidates.push_back(
            {count == wanted.size_within(node.first_position, size), count, &node});
    }
    std::ranges::stable_sort(candidates, {}, [](const Candidate& candidate) {
        return std::tuple(candidate.wholly_free, candidate.free);
    });
    std::vector<GpuIndex> gpus;
    for (const Candidate& candidate : candidates) {
        for (const GpuIndex gpu : candidate.node->gpus) {
            if (std::ssize(gpus) == count_) break;
            if (free.contains(layout_.position_of[gpu.value])) gpus.push_back(gpu);
        }
    }
    std::ranges::sort(gpus);
    return gpus;
}

}  // namespace berth
