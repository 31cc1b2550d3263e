#include "engine/swap.hpp"

#include <algorithm>
#include <map>

#include "engine/attempt.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/healing.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

using OtherNames = std::map<std::string, std::string>;

OtherNames names_after(const std::vector<GpuSwap>& swaps) {
    OtherNames names;
    for (const GpuSwap& swap : swaps) {
        names[swap.assumed] = swap.real;
        names[swap.real] = swap.assumed;
    }
    return names;
}

// In inventory order.
std::vector<std::string> renamed(const Fleet& fleet, const std::vector<std::string>& gpus,
                                 const OtherNames& names) {
    std::vector<std::string> after;
    for (const std::string& gpu : gpus) {
        const auto found = names.find(gpu);
        after.push_back(found == names.end() ? gpu : found->second);
    }
    std::ranges::sort(after, {}, [&](const std::string& id) { return fleet.find(id)->index; });
    return after;
}

Refusal not_those(const std::string& what) {
    return refusal(RefusalCode::bad_request, "gpus", what);
}

// By node, in inventory order; what is in both lists is left out.
using ByNode = std::map<NodeIndex, std::vector<const Gpu*>>;

std::expected<ByNode, Refusal> those_beside(const Fleet& fleet,
                                            const std::vector<std::string>& gpus,
                                            const std::vector<std::string>& others) {
    ByNode by_node;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < gpus.size(); ++i) {
        const Gpu* gpu = fleet.find(gpus[i]);
        const std::string field = "gpus." + std::to_string(i);
        if (gpu == nullptr || gpu->spec.health == Health::gone) {
            return std::unexpected(refusal(RefusalCode::unknown_gpu, field,
                                           "GPU " + gpus[i] + " is not in the inventory"));
        }
        if (!seen.insert(gpus[i]).second) {
            return std::unexpected(not_those("GPU " + gpus[i] + " is named twice"));
        }
        const bool in_both = std::ranges::find(others, gpus[i]) != others.end();
        if (!in_both) by_node[gpu->node].push_back(gpu);
    }
    for (auto& [node, list] : by_node) std::ranges::sort(list, {}, &Gpu::index);
    return by_node;
}

// Each assumed GPU with the first real one of its node and kind that is left.
std::expected<std::vector<GpuSwap>, Refusal> swaps_between(const Fleet& fleet,
                                                           const std::vector<std::string>& assumed,
                                                           const std::vector<std::string>& real) {
    auto gained = those_beside(fleet, real, assumed);
    if (!gained) return std::unexpected(std::move(gained.error()));
    auto lost = those_beside(fleet, assumed, real);
    // What it had and has no more may have left the inventory meanwhile: nothing can be swapped.
    if (!lost) return std::unexpected(std::move(lost.error()));
    std::vector<GpuSwap> swaps;
    for (auto& [node, gpus] : *lost) {
        std::vector<const Gpu*>& candidates = (*gained)[node];
        for (const Gpu* gpu : gpus) {
            const auto equal = std::ranges::find(candidates, gpu->gpu_class,
                                                 [](const Gpu* one) { return one->gpu_class; });
            if (equal == candidates.end()) {
                return std::unexpected(not_those("nothing of " + fleet.node(node).name +
                                                 " is like GPU " + gpu->id +
                                                 ", which the job is said not to have"));
            }
            swaps.push_back({gpu->id, (*equal)->id});
            candidates.erase(equal);
        }
    }
    return swaps;
}

// Somebody wants these very GPUs, and would have others of the node.
std::optional<Refusal> named_by_somebody(const State& state, const std::vector<GpuSwap>& swaps,
                                         Instant now) {
    const OtherNames names = names_after(swaps);
    for (const ReservationId id : affected_by(state, swaps, now)) {
        const Reservation& reservation = *state.find(id);
        if (reservation.asked.ids.empty()) continue;
        if (renamed(*state.fleet, reservation.gpus, names) == reservation.gpus) continue;
        return refusal(RefusalCode::conflict, "gpus",
                       id.text() + " asked for its GPUs by name, and would get others");
    }
    return std::nullopt;
}

std::vector<GpuIndex> unusable(const Fleet& fleet, const std::vector<GpuSwap>& swaps) {
    std::vector<GpuIndex> found;
    for (const GpuSwap& swap : swaps) {
        for (const Gpu* gpu : {fleet.find(swap.assumed), fleet.find(swap.real)}) {
            if (gpu->spec.health != Health::healthy) found.push_back(gpu->index);
        }
    }
    return found;
}

}  // namespace

std::expected<void, Refusal> decide_devices(Turn& turn, const ReportDevices& command) {
    const State& state = turn.state();
    const auto found = look_up_attempt(state, command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    if (!has_begun((*found)->state)) {
        return std::unexpected(refusal(RefusalCode::wrong_state, "",
                                       command.id.text() + " has not begun: it has no GPU yet"));
    }
    const std::vector<std::string> assumed = (*found)->gpus;
    if (command.gpus.size() != assumed.size()) {
        return std::unexpected(not_those(command.id.text() + " has " +
                                         std::to_string(assumed.size()) + " GPUs, not " +
                                         std::to_string(command.gpus.size())));
    }
    const auto swaps = swaps_between(*state.fleet, assumed, command.gpus);
    if (!swaps) return std::unexpected(swaps.error());
    if (swaps->empty()) return {};
    if (auto refused = named_by_somebody(state, *swaps, turn.now()))
        return std::unexpected(*refused);
    const std::set<ReservationId> affected = affected_by(state, *swaps, turn.now());
    turn.emit(GpusSwapped{command.id, *swaps});
    for (const ReservationId id : affected) {
        if (id == command.id) continue;
        turn.follow(GpusSwapped{id, *swaps, command.id},
                    "among equal GPUs of a node: " + command.id.text() + " got others of them");
    }
    help_those_on(turn, unusable(*state.fleet, *swaps));
    return {};
}

std::set<ReservationId> affected_by(const State& state, const std::vector<GpuSwap>& swaps,
                                    Instant now) {
    std::set<ReservationId> affected;
    const OtherNames names = names_after(swaps);
    for (const auto& [name, other] : names) {
        const Gpu* gpu = state.fleet->find(name);
        for (const Holding& held : state.calendar.holdings(gpu->index, {now, Instant::max()})) {
            affected.insert(id_of(held.holder));
        }
    }
    // The calendar has forgotten those that go on past the end of their hold.
    for (const ReservationId id : state.begun) {
        const bool has_one = std::ranges::any_of(
            state.find(id)->gpus, [&](const std::string& gpu) { return names.contains(gpu); });
        if (has_one) affected.insert(id);
    }
    return affected;
}

std::vector<std::shared_ptr<const Reservation>> vacated_by(const State& state,
                                                           const GpusSwapped& event, Instant now) {
    std::vector<std::shared_ptr<const Reservation>> vacated;
    if (event.by) return vacated;
    const OtherNames names = names_after(event.swaps);
    for (const ReservationId id : affected_by(state, event.swaps, now)) {
        auto between = std::make_shared<Reservation>(*state.find(id));
        std::erase_if(between->gpus, [&](const std::string& gpu) { return names.contains(gpu); });
        between->gpus_since = now;
        vacated.push_back(std::move(between));
    }
    return vacated;
}

void exchange(State& state, const GpusSwapped& event, Instant now) {
    const OtherNames names = names_after(event.swaps);
    for (const ReservationId id : affected_by(state, event.swaps, now)) {
        auto changed = std::make_shared<Reservation>(*state.find(id));
        changed->gpus = renamed(*state.fleet, changed->gpus, names);
        changed->gpus_since = now;
        state.put(std::move(changed));
    }
    std::vector<std::pair<GpuIndex, GpuIndex>> pairs;
    for (const GpuSwap& swap : event.swaps) {
        pairs.emplace_back(state.fleet->find(swap.assumed)->index,
                           state.fleet->find(swap.real)->index);
    }
    state.calendar.exchange(pairs);
    state.room_appeared = true;
}

}  // namespace berth
