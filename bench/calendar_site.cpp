#include "bench/calendar_site.hpp"

#include <array>
#include <string>

namespace berth::bench {
namespace {

// Of the nodes, up to where each model reaches.
constexpr std::array<double, model_count> model_ends{0.5, 0.8, 0.95, 1.0};

constexpr std::array<int, model_count> memory_of_model{40, 80, 80, 141};

int model_at(int node, int nodes) {
    int model = 0;
    while ((node + 0.5) / nodes >= model_ends[static_cast<std::size_t>(model)]) ++model;
    return model;
}

std::string model_name(int model) {
    return "M" + std::to_string(model);
}

// So many bookings in a row that fit nowhere, and only small ones are tried from then on.
constexpr int patience = 2'000;

}  // namespace

Site site_of(int gpus) {
    std::vector<GpuSpec> specs;
    const int nodes = (gpus + gpus_per_node - 1) / gpus_per_node;
    for (int i = 0; i < gpus; ++i) {
        const int node = i / gpus_per_node;
        const int model = model_at(node, nodes);
        specs.push_back({.node = "node" + std::to_string(node),
                         .device = i % gpus_per_node,
                         .model = model_name(model),
                         .memory_gb = memory_of_model[static_cast<std::size_t>(model)],
                         .labels = {{"rack", "r" + std::to_string(node / nodes_per_rack)},
                                    {"hall", "h" + std::to_string(node % halls)}},
                         .health = Health::healthy});
    }
    return {.fleet = std::make_shared<const Fleet>(*Fleet::make(std::move(specs))),
            .grid = *SlotGrid::make("UTC", std::chrono::minutes(120)),
            .now = *parse_rfc3339("2027-01-01T00:00:00Z"),
            .limits = {}};
}

GpuSelector of_model(int model) {
    return {.model = model_name(model), .min_memory_gb = {}, .labels = {}};
}

Request ordinary_request(Dice& dice) {
    Request request;
    const int kind = dice.below(3);
    if (kind == 0) request.wish.spread.kind = Spread::Kind::any;
    if (kind == 2) request.wish.selector = of_model(dice.below(model_count));
    request.wish.count = dice.between(1, gpus_per_node);
    request.slots = dice.between(1, longest_booking);
    return request;
}

std::vector<Claim> fill(Calendar& calendar, Shape shape, double share, Dice& dice) {
    std::vector<Claim> claims;
    const Slot end = calendar.horizon();
    const Slot first = end - CalendarLimits{}.horizon_slots;
    const double all = static_cast<double>(calendar.fleet().gpus().size()) * (end - first);
    int misses = 0;
    for (double taken = 0; taken < share * all;) {
        Request request = ordinary_request(dice);
        if (misses > patience) {
            request.wish = {
                .count = dice.between(1, 2), .selector = {}, .spread = {Spread::Kind::any, {}}};
            request.slots = dice.between(1, 4);
        }
        const Slot start = first + dice.below(end - first - request.slots + 1);
        auto placement =
            shape == Shape::front_packed
                ? calendar.earliest(request.wish, request.slots, first, end)
                : calendar.place(request.wish,
                                 calendar.grid().span_of({start, start + request.slots}));
        if (!placement) {
            ++misses;
            continue;
        }
        if (misses <= patience) misses = 0;
        const Holder holder{claims.size() + 1};
        (void)calendar.claim(holder, placement->gpus, placement->span);
        taken += static_cast<double>(placement->gpus.size()) * request.slots;
        claims.push_back({holder, std::move(*placement)});
    }
    return claims;
}

}  // namespace berth::bench
