#include "engine/occupants.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace berth {

namespace {

constexpr std::chrono::hours ahead{24};

bool is_same(const Occupant& a, const Occupant& b) {
    return std::tie(a.node, a.name, a.owner, a.gpus) == std::tie(b.node, b.name, b.owner, b.gpus);
}

bool has(const auto& occupants, const Occupant& wanted) {
    return std::ranges::any_of(occupants,
                               [&](const Occupant& one) { return is_same(one, wanted); });
}

// The first that begins on that node, or uses it already.
std::optional<Holding> next_on(const State& state, const std::string& node, Instant now) {
    const auto found = std::ranges::find(state.fleet->nodes(), node, &Node::name);
    if (found == state.fleet->nodes().end()) return std::nullopt;
    std::optional<Holding> next;
    for (const GpuIndex gpu : found->gpus) {
        for (const Holding& held : state.calendar.holdings(gpu, {now, Instant::max()})) {
            if (state.find(id_of(held.holder))->kind == ReservationKind::maintenance) continue;
            const bool earlier = !next || std::pair(held.span.from, held.holder) <
                                              std::pair(next->span.from, next->holder);
            if (earlier) next = held;
            break;
        }
    }
    return next;
}

// A day before it begins.
Instant told_from(const Holding& next) {
    return next.span.from - ahead;
}

std::optional<ReservationId> in_whose_way(const State& state, const Occupant& one, Instant now) {
    const auto next = next_on(state, one.node, now);
    const bool is_soon = next && told_from(*next) <= now;
    return is_soon ? std::optional(id_of(next->holder)) : std::nullopt;
}

}  // namespace

std::expected<void, Refusal> decide_occupants(Turn& turn, const ReportOccupants& command) {
    const auto before = turn.state().occupants;
    for (const Occupant& known : *before) {
        if (!has(command.occupants, known)) turn.emit(OccupantLeft{known});
    }
    for (const Occupant& found : command.occupants) {
        if (has(*turn.state().occupants, found)) continue;
        turn.emit(OccupantCame{found, in_whose_way(turn.state(), found, turn.now())});
    }
    return {};
}

void tell_of_who_is_in_the_way(Turn& turn) {
    const State& state = turn.state();
    if (state.occupants->size() == state.occupants_in_the_way->size()) return;
    const auto occupants = state.occupants;
    for (const Occupant& one : *occupants) {
        if (state.occupants_in_the_way->contains(one)) continue;
        const auto next = next_on(state, one.node, turn.now());
        if (!next) continue;
        if (told_from(*next) > turn.now()) {
            turn.look_again(told_from(*next));
            continue;
        }
        const ReservationId id = id_of(next->holder);
        turn.follow(OccupantCame{one, id}, id.text() + " has booked GPUs of " + one.node);
    }
}

}  // namespace berth
