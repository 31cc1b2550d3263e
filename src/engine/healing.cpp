#include "engine/healing.hpp"

#include <algorithm>

#include "engine/refuse.hpp"

namespace berth {

std::expected<void, Refusal> decide_health(Turn&, const ReportHealth&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decide_fleet(Turn& turn, const DeclareFleet& command) {
    auto gpus = turn.state().fleet->renumbered(command.gpus);
    const bool unchanged =
        std::ranges::equal(gpus, turn.state().fleet->gpus(),
                           [](const GpuSpec& a, const Gpu& b) { return a == b.spec; });
    if (unchanged) return {};
    if (auto fleet = Fleet::make(gpus); !fleet) {
        return std::unexpected(refusal(RefusalCode::bad_request, "fleet", fleet.error()));
    }
    turn.emit(FleetDeclared{std::move(gpus)});
    return {};
}

std::expected<void, Refusal> decide_maintenance(Turn&, const Maintain&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

bool is_sound(const State& state, const Reservation& reservation) {
    return std::ranges::all_of(reservation.gpus, [&](const std::string& id) {
        const Gpu* gpu = state.fleet->find(id);
        return gpu != nullptr && gpu->spec.health == Health::healthy;
    });
}

void heal(Turn&) {}

}  // namespace berth
