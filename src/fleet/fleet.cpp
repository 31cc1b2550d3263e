#include "fleet/fleet.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace berth {
namespace {

// The calendar's index counts GPUs in 16 bits.
constexpr std::size_t most_gpus = std::numeric_limits<std::uint16_t>::max();

// Gives equal keys one number, in the order in which they are first seen.
template <class Key>
class Numbering {
public:
    std::uint32_t number(const Key& key) {
        return numbers_.try_emplace(key, static_cast<std::uint32_t>(numbers_.size())).first->second;
    }
    [[nodiscard]] std::size_t size() const { return numbers_.size(); }

private:
    std::map<Key, std::uint32_t> numbers_;
};

std::optional<std::string> flaw(const GpuSpec& gpu) {
    if (gpu.node.empty()) return "a GPU has no node: give the name of the machine it is in";
    if (gpu.device < 0) {
        return "GPU " + gpu_id(gpu) + " has a negative device number; devices count from 0";
    }
    return {};
}

}  // namespace

std::string gpu_id(const GpuSpec& gpu) {
    return gpu.node + '/' + std::to_string(gpu.device);
}

void set_health(GpuSpec& gpu, Health health) {
    const bool unready = gpu.health == Health::unready || gpu.also_unready;
    gpu.also_unready = health == Health::down && unready;
    gpu.health = health;
    if (health == Health::gone) gpu.unready_because.clear();
}

std::expected<Fleet, std::string> Fleet::make(std::vector<GpuSpec> gpus) {
    if (gpus.size() > most_gpus) {
        return std::unexpected("the inventory has " + std::to_string(gpus.size()) +
                               " GPUs; at most " + std::to_string(most_gpus) + " are supported");
    }
    Fleet fleet;
    Numbering<std::string> nodes;
    Numbering<std::tuple<std::string, int, Labels>> classes;
    fleet.gpus_.reserve(gpus.size());
    for (GpuSpec& spec : gpus) {
        if (auto wrong = flaw(spec)) return std::unexpected(std::move(*wrong));
        const GpuIndex index{static_cast<std::uint32_t>(fleet.gpus_.size())};
        std::string id = gpu_id(spec);
        if (!fleet.by_id_.try_emplace(id, index).second) {
            return std::unexpected("GPU " + id + " is listed twice");
        }
        const NodeIndex node{nodes.number(spec.node)};
        if (node.value == fleet.nodes_.size()) fleet.nodes_.push_back({node, spec.node, {}});
        fleet.nodes_[node.value].gpus.push_back(index);
        const GpuClass gpu_class{classes.number({spec.model, spec.memory_gb, spec.labels})};
        fleet.gpus_.push_back({index, std::move(id), node, gpu_class, std::move(spec)});
    }
    fleet.class_count_ = classes.size();
    return fleet;
}

std::vector<GpuSpec> Fleet::renumbered(std::span<const GpuSpec> found) const {
    std::vector<GpuSpec> specs;
    specs.reserve(std::max(gpus_.size(), found.size()));
    for (const Gpu& gpu : gpus_) {
        specs.push_back(gpu.spec);
        set_health(specs.back(), Health::gone);
    }
    std::vector<bool> seen(gpus_.size());
    for (const GpuSpec& spec : found) {
        const Gpu* known = find(gpu_id(spec));
        // A GPU listed twice is appended, so that make() can report it.
        if (known == nullptr || seen[known->index.value]) {
            specs.push_back(spec);
            continue;
        }
        seen[known->index.value] = true;
        specs[known->index.value] = spec;
        if (known->spec.health == Health::down) set_health(specs[known->index.value], Health::down);
    }
    return specs;
}

const Gpu* Fleet::find(std::string_view id) const {
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? nullptr : &gpus_[found->second.value];
}

std::vector<GpuIndex> Fleet::matching(const GpuSelector& selector) const {
    std::vector<GpuIndex> found;
    for (const Gpu& gpu : gpus_) {
        if (gpu.spec.health == Health::healthy && selector.matches(gpu.spec)) {
            found.push_back(gpu.index);
        }
    }
    return found;
}

std::vector<std::string> Fleet::models() const {
    // Neighbours are mostly alike, and there are few models: no copy of every name.
    std::set<std::string_view> models;
    const std::string* last = nullptr;
    for (const Gpu& gpu : gpus_) {
        if (last == nullptr || *last != gpu.spec.model) models.insert(gpu.spec.model);
        last = &gpu.spec.model;
    }
    return {models.begin(), models.end()};
}

}  // namespace berth
