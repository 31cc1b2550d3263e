#include "calendar/fleet_layout.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace berth {
namespace {

// Each costs some megabytes of rows in the index. What comes after them shares the last; a selector
// then matches only a part of that one, which the search handles like any other part.
constexpr Family most_families = 16;

std::uint32_t octets_for(std::size_t gpus) {
    return static_cast<std::uint32_t>((gpus + octet_size - 1) / octet_size);
}

// By GpuClass.
std::vector<Family> number_families(const Fleet& fleet, FleetLayout& layout) {
    std::map<std::pair<std::string, int>, Family> numbers;
    std::vector<Family> family_of_class;
    for (const Gpu& gpu : fleet.gpus()) {
        if (gpu.gpu_class.value < family_of_class.size()) continue;
        const Family family = std::min(static_cast<Family>(layout.kinds.size()), most_families - 1);
        const auto [number, is_new] =
            numbers.try_emplace({gpu.spec.model, gpu.spec.memory_gb}, family);
        if (is_new) layout.kinds.push_back({family, gpu.index});
        family_of_class.push_back(number->second);
        layout.example_of_class.push_back(gpu.index);
    }
    return family_of_class;
}

}  // namespace

FleetLayout::FleetLayout(const Fleet& fleet) : position_of(fleet.gpus().size()), healthy(0) {
    family_of_class = number_families(fleet, *this);
    const Family count = kinds.empty() ? 0 : kinds.back().family + 1;
    most_on_node.assign(count, 0);
    for (const Node& node : fleet.nodes()) {
        std::map<Family, std::vector<GpuIndex>> by_family;
        for (const GpuIndex gpu : node.gpus) {
            by_family[family_of_class[fleet.gpu(gpu).gpu_class.value]].push_back(gpu);
        }
        first_octet.push_back(octets);
        for (const auto& [family, gpus] : by_family) {
            const Octets here{octets, octets_for(gpus.size())};
            group_of.insert(group_of.end(), here.count, static_cast<std::uint32_t>(groups.size()));
            groups.push_back({family, node.index, here});
            octets += here.count;
            gpu_at.resize(positions());
            for (std::uint32_t i = 0; i < gpus.size(); ++i) {
                position_of[gpus[i].value] = here.first * octet_size + i;
                gpu_at[here.first * octet_size + i] = gpus[i];
            }
            most_on_node[family] = std::max(most_on_node[family], static_cast<int>(gpus.size()));
        }
        largest_node = std::max(largest_node, static_cast<int>(node.gpus.size()));
        a_node_mixes_families |= by_family.size() > 1;
    }
    first_octet.push_back(octets);
    healthy = GpuSet(positions());
    families.assign(count, GpuSet(positions()));
    for (const Gpu& gpu : fleet.gpus()) {
        if (gpu.spec.health != Health::healthy) continue;
        const std::uint32_t position = position_of[gpu.index.value];
        healthy.insert(position);
        families[family_of_class[gpu.gpu_class.value]].insert(position);
    }
}

bool same_but_for_health(const Fleet& a, const Fleet& b) {
    return std::ranges::equal(a.gpus(), b.gpus(), [](const Gpu& one, const Gpu& other) {
        return one.gpu_class == other.gpu_class && one.spec.node == other.spec.node &&
               one.spec.device == other.spec.device && one.spec.model == other.spec.model &&
               one.spec.memory_gb == other.spec.memory_gb && one.spec.labels == other.spec.labels;
    });
}

}  // namespace berth
