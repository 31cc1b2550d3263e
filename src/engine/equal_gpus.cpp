#include "engine/equal_gpus.hpp"

#include <algorithm>

#include "engine/wish.hpp"

namespace berth {

namespace {

// One model for all, when it has one model now: who was given four A100 does not get mixed ones.
void want_the_same_kind(const Fleet& fleet, const std::vector<GpuIndex>& gpus, GpuWish& wish) {
    const GpuSpec& first = fleet.gpu(gpus.front()).spec;
    const bool one_model = std::ranges::all_of(
        gpus, [&](GpuIndex gpu) { return fleet.gpu(gpu).spec.model == first.model; });
    if (one_model) wish.selector.model = first.model;
    int least_memory = first.memory_gb;
    for (const GpuIndex gpu : gpus) {
        least_memory = std::min(least_memory, fleet.gpu(gpu).spec.memory_gb);
    }
    wish.selector.min_memory_gb = std::max(wish.selector.min_memory_gb.value_or(0), least_memory);
}

}  // namespace

std::optional<Placement> equal_gpus(const State& state, const Reservation& reservation,
                                    Instant from, std::span<const GpuIndex> avoiding) {
    // Nor have those of which an older Berth did not keep what was asked for.
    if (!reservation.asked.ids.empty() || !reservation.asked.count) return std::nullopt;
    const std::vector<GpuIndex> gpus = state.gpus_of(reservation);
    auto chosen = choose_gpus(*state.fleet, reservation.asked);
    if (gpus.empty() || !chosen) return std::nullopt;
    GpuWish wish = chosen->wish;
    wish.count = static_cast<int>(reservation.gpus.size());
    want_the_same_kind(*state.fleet, gpus, wish);
    const Span left{std::max(reservation.start, from), reservation.end};
    return state.calendar.place(wish, left, holder_of(reservation.id), avoiding);
}

}  // namespace berth
