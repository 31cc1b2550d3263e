#include "engine/waiting_wish.hpp"

#include <algorithm>

namespace berth {

std::optional<WishedGpus> gpus_wished(const Fleet& fleet, const GpuRequest& asked) {
    WishedGpus gpus;
    gpus.wish.count = asked.count.value_or(1);
    gpus.wish.selector = {asked.model, asked.min_memory_gb, asked.labels};
    if (asked.spread) {
        const auto spread = Spread::parse(*asked.spread);
        if (!spread) return std::nullopt;
        gpus.wish.spread = *spread;
    }
    for (const std::string& id : asked.ids) {
        const Gpu* gpu = fleet.find(id);
        if (gpu == nullptr || gpu->spec.health != Health::healthy) return std::nullopt;
        gpus.ids.push_back(gpu->index);
    }
    std::ranges::sort(gpus.ids);
    return gpus;
}

}  // namespace berth
