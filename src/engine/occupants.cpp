#include "engine/occupants.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace berth {

namespace {

constexpr std::chrono::hours soon{24};

bool is_same(const Occupant& a, const Occupant& b) {
    return std::tie(a.node, a.name, a.owner, a.gpus) == std::tie(b.node, b.name, b.owner, b.gpus);
}

bool has(const auto& occupants, const Occupant& wanted) {
    return std::ranges::any_of(occupants,
                               [&](const Occupant& one) { return is_same(one, wanted); });
}

// The first that begins on that node within a day, or uses it already.
std::optional<ReservationId> next_on(const State& state, const std::string& node, Instant now) {
    const auto found = std::ranges::find(state.fleet->nodes(), node, &Node::name);
    if (found == state.fleet->nodes().end()) return std::nullopt;
    std::optional<Holding> next;
    for (const GpuIndex gpu : found->gpus) {
        for (const Holding& held : state.calendar.holdings(gpu, {now, now + soon})) {
            if (state.find(id_of(held.holder))->kind == ReservationKind::maintenance) continue;
            const bool earlier = !next || std::pair(held.span.from, held.holder) <
                                              std::pair(next->span.from, next->holder);
            if (earlier) next = held;
        }
    }
    return next ? std::optional(id_of(next->holder)) : std::nullopt;
}

}  // namespace

std::expected<void, Refusal> decide_occupants(Turn& turn, const ReportOccupants& command) {
    const auto before = turn.state().occupants;
    for (const Occupant& known : *before) {
        if (!has(command.occupants, known)) turn.emit(OccupantLeft{known});
    }
    for (const Occupant& found : command.occupants) {
        if (has(*turn.state().occupants, found)) continue;
        turn.emit(OccupantCame{found, next_on(turn.state(), found.node, turn.now())});
    }
    return {};
}

}  // namespace berth
