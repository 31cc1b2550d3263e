#include "calendar/random_site.hpp"

#include <algorithm>

namespace berth::test {
namespace {

GpuSpec random_gpu(std::string node, int device, const Labels& labels, Dice& dice) {
    const auto model = dice.one_of<std::string>({"A100", "H100", "L40"});
    const int memory = model == "A100" ? dice.one_of({40, 80}) : 80;
    return {.node = std::move(node),
            .device = device,
            .model = model,
            .memory_gb = memory,
            .labels = labels,
            .health = dice.one_in(10) ? Health::gone : Health::healthy};
}

Labels random_labels(const std::string& node, bool hosts, Dice& dice) {
    Labels labels;
    if (!dice.one_in(5)) labels["rack"] = dice.one_of<std::string>({"r1", "r2", "r3"});
    if (hosts) labels["host"] = node;
    return labels;
}

}  // namespace

std::vector<GpuSpec> random_inventory(Dice& dice) {
    std::vector<GpuSpec> inventory;
    const int nodes = dice.between(1, 6);
    const bool mixed = dice.one_in(2);
    const bool hosts = dice.one_in(4);
    for (int node = 0; node < nodes; ++node) {
        const std::string name = "n" + std::to_string(node);
        const Labels labels = random_labels(name, hosts, dice);
        GpuSpec first = random_gpu(name, 0, labels, dice);
        const int size = dice.one_in(6) ? dice.between(9, 20) : dice.between(1, 8);
        for (int device = 0; device < size; ++device) {
            GpuSpec gpu = random_gpu(name, device, labels, dice);
            if (!mixed) {
                gpu.model = first.model;
                gpu.memory_gb = first.memory_gb;
            }
            inventory.push_back(std::move(gpu));
        }
    }
    // An inventory need not list a node's GPUs side by side.
    if (dice.one_in(3)) {
        for (std::size_t i = inventory.size() - 1; i > 0; --i) {
            std::swap(inventory[i],
                      inventory[static_cast<std::size_t>(dice.below(static_cast<int>(i) + 1))]);
        }
    }
    return inventory;
}

std::vector<GpuSpec> changed_inventory(const Fleet& fleet, Dice& dice) {
    std::vector<GpuSpec> found;
    for (const Gpu& gpu : fleet.gpus()) found.push_back(gpu.spec);
    const bool only_health = dice.one_in(2);
    for (GpuSpec& gpu : found) {
        if (dice.one_in(6)) {
            gpu.health = gpu.health == Health::gone ? Health::healthy : Health::gone;
        }
        if (!only_health && dice.one_in(8)) gpu.model = dice.one_of<std::string>({"A100", "L40"});
        if (!only_health && dice.one_in(8)) gpu.labels = random_labels(gpu.node, false, dice);
    }
    const int added = only_health ? 0 : dice.below(3);
    for (int i = 0; i < added; ++i) {
        const std::string node = dice.one_of<std::string>({"n0", "n1", "new"});
        const int device = 100 + static_cast<int>(found.size());
        found.push_back(random_gpu(node, device, random_labels(node, false, dice), dice));
    }
    return found;
}

GpuSelector random_selector(Dice& dice) {
    GpuSelector selector;
    if (dice.one_in(2)) selector.model = dice.one_of<std::string>({"A100", "H100", "L40", "B200"});
    if (dice.one_in(4)) selector.min_memory_gb = dice.one_of({40, 41, 80, 141});
    if (dice.one_in(5)) selector.labels["rack"] = dice.one_of<std::string>({"r1", "r2", "r9"});
    return selector;
}

GpuWish random_wish(Dice& dice) {
    GpuWish wish;
    wish.count = dice.one_in(8) ? dice.between(1, 40) : dice.between(1, 6);
    wish.selector = random_selector(dice);
    wish.spread.kind =
        dice.one_of({Spread::Kind::same_node, Spread::Kind::any, Spread::Kind::same_label});
    if (wish.spread.kind == Spread::Kind::same_label) {
        wish.spread.label = dice.one_of<std::string>({"rack", "host", "nothing"});
    }
    if (wish.spread.kind != Spread::Kind::same_node && dice.one_in(3)) {
        wish.per_node = dice.between(1, 4);
        wish.count = wish.per_node * dice.between(1, 5);
    }
    return wish;
}

Place random_place(Dice& dice) {
    struct Change {
        std::string zone;
        const char* near;
    };
    const auto change = dice.one_of<Change>({
        {"Europe/Berlin", "2026-03-28T00:00:00Z"},
        {"Europe/Berlin", "2026-10-24T00:00:00Z"},
        {"America/New_York", "2026-03-07T12:00:00Z"},
        {"America/New_York", "2026-10-31T12:00:00Z"},
        {"Asia/Shanghai", "2026-05-01T00:00:00Z"},
        {"Australia/Lord_Howe", "2026-04-03T12:00:00Z"},
        {"Australia/Lord_Howe", "2026-10-02T12:00:00Z"},
        {"Asia/Beirut", "2026-03-27T22:00:00Z"},
    });
    const auto slot_length = std::chrono::minutes(dice.one_of({15, 30, 60, 120, 240, 480}));
    const Instant now = *parse_rfc3339(change.near) + std::chrono::minutes(dice.below(2'880)) +
                        std::chrono::milliseconds(dice.one_of({0, 0, 1, 59'999}));
    return {change.zone, slot_length, now};
}

Span random_span(const SlotGrid& grid, Instant now, std::int32_t horizon_slots, Dice& dice) {
    const Slot first = grid.slot_at(now) + dice.between(-2, horizon_slots + 3);
    const std::int32_t slots = dice.one_in(6) ? dice.between(1, horizon_slots) : dice.between(1, 6);
    Span span = grid.span_of({first, first + slots});
    if (dice.one_in(4)) {
        const auto minutes = static_cast<int>(grid.slot_length().count());
        span.from += std::chrono::minutes(dice.between(1 - minutes, minutes - 1));
        span.to += std::chrono::minutes(dice.between(1 - minutes, minutes - 1));
    }
    if (dice.one_in(8)) span.from = now;
    if (span.empty()) span.to = span.from + std::chrono::minutes(dice.between(1, 90));
    return span;
}

}  // namespace berth::test
