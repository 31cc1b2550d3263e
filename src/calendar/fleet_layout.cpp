#include "calendar/fleet_layout.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace berth {
namespace {

// Each costs some megabytes of rows in the index. What comes after them shares the last; a selector
// then matches only a part of that one, which the search handles like any other part.
constexpr Family most_families = 16;

class FamilyNumbers {
public:
    Family number(const GpuSpec& gpu) {
        const auto next = static_cast<Family>(numbers_.size());
        const Family number = std::min(next, most_families - 1);
        return numbers_.try_emplace({gpu.model, gpu.memory_gb}, number).first->second;
    }

private:
    std::map<std::pair<std::string, int>, Family> numbers_;
};

FleetLayout::Group& group_of(FleetLayout::NodePlace& node, Family family) {
    const auto found = std::ranges::find(node.groups, family, &FleetLayout::Group::family);
    if (found != node.groups.end()) return *found;
    return node.groups.emplace_back(FleetLayout::Group{family, {}});
}

}  // namespace

FleetLayout::FleetLayout(const Fleet& fleet)
    : position_of(fleet.gpus().size()), healthy(fleet.gpus().size()) {
    FamilyNumbers numbers;
    for (const Gpu& gpu : fleet.gpus()) {
        if (gpu.gpu_class.value < family_of_class.size()) continue;
        family_of_class.push_back(numbers.number(gpu.spec));
        example_of_class.push_back(gpu.index);
    }
    const Family count =
        family_of_class.empty() ? 0 : *std::ranges::max_element(family_of_class) + 1;
    families.assign(count, GpuSet(fleet.gpus().size()));
    most_on_node.assign(count, 0);
    for (const Node& node : fleet.nodes()) {
        NodePlace& place = nodes.emplace_back();
        place.first_position = static_cast<std::uint32_t>(gpu_at.size());
        place.gpus = node.gpus;
        for (const GpuIndex index : node.gpus) {
            const Gpu& gpu = fleet.gpu(index);
            const Family family = family_of_class[gpu.gpu_class.value];
            const auto position = static_cast<std::uint32_t>(gpu_at.size());
            position_of[index.value] = position;
            gpu_at.push_back(index);
            class_at.push_back(gpu.gpu_class);
            node_at.push_back(node.index);
            group_of(place, family).gpus.push_back(index);
            if (gpu.spec.health != Health::healthy) continue;
            healthy.insert(position);
            families[family].insert(position);
        }
        largest_node = std::max(largest_node, static_cast<int>(node.gpus.size()));
        a_node_mixes_families |= place.groups.size() > 1;
        for (const Group& group : place.groups) {
            int& most = most_on_node[group.family];
            most = std::max(most, static_cast<int>(group.gpus.size()));
        }
    }
}

bool same_but_for_health(const Fleet& a, const Fleet& b) {
    return std::ranges::equal(a.gpus(), b.gpus(), [](const Gpu& one, const Gpu& other) {
        return one.gpu_class == other.gpu_class && one.spec.node == other.spec.node &&
               one.spec.device == other.spec.device && one.spec.model == other.spec.model &&
               one.spec.memory_gb == other.spec.memory_gb && one.spec.labels == other.spec.labels;
    });
}

Selection select(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector) {
    const std::size_t classes = layout.example_of_class.size();
    std::vector<bool> matches(classes);
    std::vector<bool> some(layout.family_count());
    std::vector<bool> all(layout.family_count(), true);
    for (std::size_t i = 0; i < classes; ++i) {
        matches[i] = selector.matches(fleet.gpu(layout.example_of_class[i]).spec);
        const Family family = layout.family_of_class[i];
        if (matches[i]) some[family] = true;
        if (!matches[i]) all[family] = false;
    }

    Selection selection{GpuSet(layout.gpu_count()), {}, true, true};
    for (Family family = 0; family < layout.family_count(); ++family) {
        selection.whole_fleet &= all[family];
        if (!some[family]) continue;
        selection.families.push_back(family);
        selection.whole_families &= all[family];
        if (all[family]) selection.gpus.add(layout.families[family].words());
    }
    if (selection.whole_families) return selection;
    for (std::uint32_t position = 0; position < layout.gpu_count(); ++position) {
        if (matches[layout.class_at[position].value] && layout.healthy.contains(position)) {
            selection.gpus.insert(position);
        }
    }
    return selection;
}

}  // namespace berth
