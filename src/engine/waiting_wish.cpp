#include "engine/waiting_wish.hpp"

#include <algorithm>

namespace berth {

std::optional<WishedGpus> gpus_wished(const Fleet& fleet, const GpuRequest& asked) {
    WishedGpus gpus;
    auto wish = counted_wish(asked);
    if (!wish) return std::nullopt;
    gpus.wish = std::move(*wish);
    for (const std::string& id : asked.ids) {
        const Gpu* gpu = fleet.find(id);
        if (gpu == nullptr || gpu->spec.health != Health::healthy) return std::nullopt;
        gpus.ids.push_back(gpu->index);
    }
    std::ranges::sort(gpus.ids);
    return gpus;
}

}  // namespace berth
