#include "engine/healing.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "engine/attempt.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/equal_gpus.hpp"
#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

bool is_usable(const Fleet& fleet, const std::string& id) {
    const Gpu* gpu = fleet.find(id);
    return gpu != nullptr && gpu->spec.health == Health::healthy;
}

// "node1/0, node1/1 and node1/2"
std::string enumerated(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

// "GPU node1/0 is down", "GPUs node1/0 and node1/1 are not ready (node1 is cordoned)"
std::string what_is_down(const State& state, const Reservation& reservation) {
    std::vector<std::string> down;
    std::size_t unready = 0;
    std::vector<std::string> why;
    for (const std::string& id : reservation.gpus) {
        if (is_usable(*state.fleet, id)) continue;
        down.push_back(id);
        const Gpu* gpu = state.fleet->find(id);
        if (gpu == nullptr || gpu->spec.health != Health::unready) continue;
        ++unready;
        const std::string& because = gpu->spec.unready_because;
        if (!because.empty() && std::ranges::find(why, because) == why.end())
            why.push_back(because);
    }
    const std::string how = unready == down.size() ? "not ready"
                            : unready == 0         ? "down"
                                                   : "down or not ready";
    const bool one = down.size() == 1;
    return (one ? "GPU " : "GPUs ") + enumerated(down) + (one ? " is " : " are ") + how +
           (why.empty() ? "" : " (" + enumerated(why) + ")");
}

std::string trouble_of(const State& state, const Reservation& reservation) {
    const std::string down = what_is_down(state, reservation);
    if (has_begun(reservation.state)) return down + " while it is in use";
    if (!reservation.asked.ids.empty()) {
        return down +
               ", and these very GPUs were asked for: it begins when they are back; or "
               "change it to others";
    }
    return down + ", and no equal ones are free until " + state.grid.local_text(reservation.end) +
           ": it gets the first that are";
}

// Its GPUs, and what its job waits for.
std::optional<std::string> all_trouble(const State& state, const Reservation& reservation,
                                       const std::optional<std::string>& waiting_for) {
    const bool sound = is_sound(state, reservation);
    if (!waiting_for) return sound ? std::nullopt : std::optional(trouble_of(state, reservation));
    const std::string waits = "its job has not started: " + *waiting_for;
    return sound ? waits : trouble_of(state, reservation) + "; and " + waits;
}

void tell(Turn& turn, const Reservation& reservation, const std::string& why) {
    auto trouble = all_trouble(turn.state(), reservation, reservation.waiting_for);
    if (reservation.trouble == trouble) return;
    turn.follow(ReservationTroubled{reservation.id, std::move(trouble), reservation.waiting_for},
                why);
}

void tell(Turn& turn, const Reservation& reservation) {
    tell(turn, reservation, what_is_down(turn.state(), reservation));
}

// The more urgent first, then who begins first.
std::vector<ReservationId> by_urgency(const State& state, const std::set<ReservationId>& ids) {
    std::vector<ReservationId> ordered(ids.begin(), ids.end());
    std::ranges::sort(ordered, {}, [&](ReservationId id) {
        const Reservation& reservation = *state.find(id);
        return std::tuple(reservation.priority, reservation.start, id);
    });
    return ordered;
}

// Who has booked these GPUs from now on, or uses them.
std::set<ReservationId> holders_of(const State& state, std::span<const GpuIndex> gpus,
                                   Instant now) {
    std::set<ReservationId> holders;
    const Span ahead{now, Instant::max()};
    for (const GpuIndex gpu : gpus) {
        for (const Holding& held : state.calendar.holdings(gpu, ahead)) {
            holders.insert(id_of(held.holder));
        }
    }
    return holders;
}

// Moves it where it can be used, if that is possible.
bool move_away(Turn& turn, const Reservation& reservation) {
    const std::string why = what_is_down(turn.state(), reservation);
    const auto moved =
        move_to_equal_gpus(turn.state(), reservation, turn.now(), {}, MoveCause::gpu_down, why);
    if (moved) turn.follow(*moved, why);
    return moved.has_value();
}

void heal_one(Turn& turn, const Reservation& reservation) {
    if (is_sound(turn.state(), reservation)) {
        tell(turn, reservation, "its GPUs can be used again");
    } else if (has_begun(reservation.state) || !move_away(turn, reservation)) {
        tell(turn, reservation);  // why, and which of them, may be other than before
    }
}

std::expected<std::vector<std::string>, Refusal> changed_by(const Fleet& fleet,
                                                            const ReportHealth& command) {
    std::vector<std::string> changed;
    for (std::size_t i = 0; i < command.gpus.size(); ++i) {
        const std::string& id = command.gpus[i];
        const std::string field = "gpus." + std::to_string(i);
        const Gpu* gpu = fleet.find(id);
        if (gpu == nullptr) {
            return std::unexpected(
                refusal(RefusalCode::unknown_gpu, field, "GPU " + id + " does not exist"));
        }
        if (gpu->spec.health == Health::gone) {
            return std::unexpected(
                refusal(RefusalCode::unknown_gpu, field, "GPU " + id + " has left the inventory"));
        }
        if (gpu->spec.health == Health::unready && command.health == Health::healthy) {
            return std::unexpected(refusal(
                RefusalCode::wrong_state, field,
                "nobody reported GPU " + id + " down: the inventory says that " + gpu->spec.node +
                    " is not ready, and its GPUs are healthy again once the inventory says so"));
        }
        const bool named_before = std::ranges::find(changed, id) != changed.end();
        if (gpu->spec.health != command.health && !named_before) changed.push_back(id);
    }
    return changed;
}

// Those that were down and whose nodes are not ready are so still: they leave `mended`.
void tell_unready(Turn& turn, std::vector<std::string>& mended) {
    const auto unready = std::ranges::stable_partition(mended, [&](const std::string& id) {
        return !turn.state().fleet->find(id)->spec.also_unready;
    });
    const std::vector<std::string> still(unready.begin(), unready.end());
    mended.erase(unready.begin(), unready.end());
    if (!still.empty()) turn.emit(GpuHealthChanged{still, Health::unready});
}

std::vector<GpuIndex> indexes_of(const Fleet& fleet, const std::vector<std::string>& ids) {
    std::vector<GpuIndex> indexes;
    indexes.reserve(ids.size());
    for (const auto& id : ids) indexes.push_back(fleet.find(id)->index);
    return indexes;
}

}  // namespace

void help_those_on(Turn& turn, std::span<const GpuIndex> down) {
    const auto affected = holders_of(turn.state(), down, turn.now());
    for (const ReservationId id : by_urgency(turn.state(), affected)) {
        const Reservation reservation = *turn.state().find(id);
        // Whoever repairs a GPU wants it down.
        if (reservation.kind == ReservationKind::maintenance) continue;
        const bool moved = !has_begun(reservation.state) && move_away(turn, reservation);
        if (!moved) tell(turn, reservation);
    }
}

std::expected<void, Refusal> decide_health(Turn& turn, const ReportHealth& command) {
    const std::set<std::string>& operators = turn.policy().operators;
    if (turn.actor() != system_actor && !operators.empty() && !operators.contains(turn.actor())) {
        return std::unexpected(
            refusal(RefusalCode::not_allowed, "",
                    "which GPUs have failed is for operators to say; ask " + *operators.begin()));
    }
    if (command.health != Health::healthy && command.health != Health::down) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "health",
                    "a GPU is healthy or down; what is gone or not ready the inventory says"));
    }
    auto changed = changed_by(*turn.state().fleet, command);
    if (!changed) return std::unexpected(std::move(changed.error()));
    if (command.health == Health::healthy) tell_unready(turn, *changed);
    if (changed->empty()) return {};
    turn.emit(GpuHealthChanged{*changed, command.health});
    if (command.health == Health::down) {
        help_those_on(turn, indexes_of(*turn.state().fleet, *changed));
    }
    return {};
}

std::expected<void, Refusal> decide_fleet(Turn& turn, const DeclareFleet& command) {
    const std::shared_ptr<const Fleet> before = turn.state().fleet;
    auto gpus = before->renumbered(command.gpus);
    const bool unchanged = std::ranges::equal(
        gpus, before->gpus(), [](const GpuSpec& a, const Gpu& b) { return a == b.spec; });
    if (unchanged) return {};
    if (auto fleet = Fleet::make(gpus); !fleet) {
        return std::unexpected(refusal(RefusalCode::bad_request, "fleet", fleet.error()));
    }
    std::vector<GpuIndex> lost;
    for (const Gpu& gpu : before->gpus()) {
        const bool was_usable = gpu.spec.health == Health::healthy;
        if (was_usable && gpus[gpu.index.value].health != Health::healthy) {
            lost.push_back(gpu.index);
        }
    }
    turn.emit(FleetDeclared{std::move(gpus)});
    help_those_on(turn, lost);
    return {};
}

std::expected<void, Refusal> decide_waiting(Turn& turn, const ReportWaiting& command) {
    const auto found = look_up_attempt(turn.state(), command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    const Reservation& reservation = **found;
    const auto waiting_for = command.waiting_for.value_or("").empty() ? std::optional<std::string>()
                                                                      : command.waiting_for;
    const bool is_told = reservation.waiting_for == waiting_for;
    if (is_told || reservation.state != ReservationState::starting) return {};
    turn.emit(ReservationTroubled{
        reservation.id, all_trouble(turn.state(), reservation, waiting_for), waiting_for});
    return {};
}

void tell_running(Turn& turn, const Reservation& reservation) {
    if (!reservation.waiting_for) return;
    turn.follow(ReservationTroubled{reservation.id, all_trouble(turn.state(), reservation, {}), {}},
                "its job runs now");
}

bool is_sound(const State& state, const Reservation& reservation) {
    return std::ranges::all_of(reservation.gpus,
                               [&](const std::string& id) { return is_usable(*state.fleet, id); });
}

void tell_trouble(Turn& turn, const Reservation& reservation) {
    if (!move_away(turn, reservation)) tell(turn, reservation);
}

std::optional<ReservationMoved> move_to_equal_gpus(const State& state,
                                                   const Reservation& reservation, Instant now,
                                                   std::span<const GpuIndex> avoiding,
                                                   MoveCause cause, std::string why) {
    const auto place = equal_gpus(state, reservation, now, avoiding);
    if (!place) return std::nullopt;
    return ReservationMoved{
        reservation.id, ids_of(*state.fleet, place->gpus), place->span.from, place->span.to, cause,
        std::move(why)};
}

void heal(Turn& turn) {
    for (const ReservationId id : by_urgency(turn.state(), turn.state().troubled)) {
        const Reservation reservation = *turn.state().find(id);
        // Those that wait hold no GPU: theirs is a trouble of another kind.
        if (!is_waiting(reservation.state)) heal_one(turn, reservation);
    }
    // Time alone makes room as well: what is held now need not be held until its end.
    const State& state = turn.state();
    const bool some_wait = std::ranges::any_of(state.troubled, [&](ReservationId id) {
        return state.find(id)->state == ReservationState::confirmed;
    });
    if (some_wait) turn.look_again(state.grid.start_of(state.grid.slot_at(turn.now()) + 1));
}

}  // namespace berth
