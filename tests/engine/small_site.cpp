#include "engine/small_site.hpp"

#include <algorithm>

namespace berth::test {

namespace {

std::vector<GpuSpec> random_fleet(std::mt19937& dice) {
    std::vector<GpuSpec> gpus;
    const int nodes = between(dice, 1, 3);
    for (int node = 1; node <= nodes; ++node) {
        const std::string model = between(dice, 0, 3) == 0 ? "H100" : "A100";
        const int count = between(dice, 1, 4);
        for (int device = 0; device < count; ++device) {
            gpus.push_back({"node" + std::to_string(node), device, model, 40, {}, Health::healthy});
        }
    }
    return gpus;
}

}  // namespace

int between(std::mt19937& dice, int least, int most) {
    return least + static_cast<int>(dice() % static_cast<std::uint32_t>(most - least + 1));
}

std::unique_ptr<SmallSite> SmallSite::random(std::mt19937& dice, Policy policy) {
    const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();
    const Instant now = monday + std::chrono::minutes(30 * between(dice, 0, 24));
    auto site = std::make_unique<SmallSite>(random_fleet(dice), std::move(policy), now);
    for (int i = between(dice, 0, 25); i > 0; --i) {
        ReservationRequest request;
        request.gpus = random_gpus(dice, *site->state().fleet);
        const Slot start = site->first_slot() + between(dice, 0, horizon - 4);
        request.start = StartTime{site->grid().start_of(start)};
        request.hours = 2 * between(dice, 1, 8);
        (void)site->ask("alice", Reserve{request});
    }
    return site;
}

GpuRequest random_gpus(std::mt19937& dice, const Fleet& fleet) {
    GpuRequest gpus;
    const auto all = fleet.gpus();
    if (between(dice, 0, 1) == 0) {
        for (const Gpu& gpu : all) {
            if (between(dice, 0, 2) == 0) gpus.ids.push_back(gpu.id);
        }
        if (!gpus.ids.empty()) return gpus;
    }
    gpus.count = between(dice, 1, 4);
    if (between(dice, 0, 2) == 0) gpus.model = all.front().spec.model;
    if (between(dice, 0, 1) == 0) gpus.spread = "any";
    return gpus;
}

Quota random_quota(std::mt19937& dice) {
    Quota quota;
    if (between(dice, 0, 2) == 0) quota.gpu_hours_per_week = 10 * between(dice, 1, 12);
    if (between(dice, 0, 2) == 0) quota.gpus_at_once = between(dice, 1, 5);
    if (between(dice, 0, 3) == 0) quota.horizon_days = between(dice, 1, 3);
    if (between(dice, 0, 3) == 0) quota.longest_hours = 2 * between(dice, 1, 6);
    return quota;
}

GpuRequest like(const Fleet& fleet, const GpuRequest& gpus) {
    if (gpus.ids.empty()) return gpus;
    GpuRequest others;
    others.count = static_cast<int>(gpus.ids.size());
    const GpuSpec& first = fleet.find(gpus.ids.front())->spec;
    const auto all = [&](auto&& same) {
        return std::ranges::all_of(gpus.ids,
                                   [&](const auto& id) { return same(fleet.find(id)->spec); });
    };
    if (all([&](const GpuSpec& gpu) { return gpu.model == first.model; })) {
        others.model = first.model;
    }
    if (!all([&](const GpuSpec& gpu) { return gpu.node == first.node; })) others.spread = "any";
    return others;
}

}  // namespace berth::test
