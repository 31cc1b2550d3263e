#include "engine/new_windows.hpp"

#include <algorithm>

#include "engine/book_again.hpp"
#include "engine/eviction_rules.hpp"

namespace berth {

namespace {

// Of a longer window its first days decide an estimate: fast, and near enough.
constexpr std::int32_t longest_estimated = CalendarLimits{}.indexed_slots;

std::string key_of(const GpuRequest& asked) {
    std::string key = std::to_string(count_asked(asked));
    key += '/' + std::to_string(asked.per_node.value_or(0));
    key += '\n' + asked.model.value_or("") + '\n';
    key += std::to_string(asked.min_memory_gb.value_or(0)) + '\n' + asked.spread.value_or("");
    for (const auto& [name, value] : asked.labels) {
        key += '\n';
        key += name;
        key += '=';
        key += value;
    }
    for (const auto& id : asked.ids) {
        key += '\n';
        key += id;
    }
    return key;
}

bool clash(const Placement& a, const Placement& b) {
    if (!a.span.overlaps(b.span)) return false;
    return std::ranges::any_of(
        a.gpus, [&](GpuIndex gpu) { return std::ranges::binary_search(b.gpus, gpu); });
}

const Placement* in_the_way(const Placement& wanted, std::span<const Placement> taken) {
    const auto found =
        std::ranges::find_if(taken, [&](const Placement& one) { return clash(wanted, one); });
    return found == taken.end() ? nullptr : &*found;
}

bool begins_earlier(const Placement& a, const Placement& b) {
    return a.span.from < b.span.from;
}

}  // namespace

NewWindows::Need NewWindows::need_of(const Reservation& victim, const Span& evicted_for) const {
    if (has_begun(victim.state)) return {slots_to_continue(state_, victim), evicted_for.from};
    return {slots_lost_by(state_, victim), victim.start};
}

std::optional<Span> NewWindows::estimate(const Reservation& victim, const Span& evicted_for) {
    const Need need = need_of(victim, evicted_for);
    const auto behind = own_gpus_behind(victim, evicted_for, need.slots);
    const auto other = elsewhere(victim.asked, need);
    if (behind && other) return std::min(behind->span, *other);
    return behind ? std::optional(behind->span) : other;
}

std::optional<Placement> NewWindows::find(const Reservation& victim, const Span& evicted_for,
                                          std::span<const Placement> taken) {
    const Need need = need_of(victim, evicted_for);
    auto found = own_gpus_behind(victim, evicted_for, need.slots);
    if (found && in_the_way(*found, taken) != nullptr) found.reset();
    const WishedGpus* gpus = wanted_by(victim.asked).gpus_or_null();
    if (gpus == nullptr) return found;
    Instant from = need.not_before;
    for (; passes_left_ > 0; --passes_left_) {
        const auto window = nearest_window(state_, *gpus, need.slots, from, now_);
        if (!window) break;
        const Placement* obstacle = in_the_way(*window, taken);
        if (obstacle == nullptr) {
            return found && begins_earlier(*found, *window) ? found : window;
        }
        // Other GPUs may be free before the obstacle ends: the next slot is looked at as well.
        from = state_.grid.start_of(state_.grid.slot_at(window->span.from) + 1);
        if (found && found->span.from < from) break;
    }
    return found;
}

// The same GPUs once the P0 is done; what the victim holds there itself is free then.
std::optional<Placement> NewWindows::own_gpus_behind(const Reservation& victim,
                                                     const Span& evicted_for, std::int32_t slots) {
    const Slot first = first_slot_from(std::max(evicted_for.to, victim.start));
    if (first + slots > state_.horizon) return std::nullopt;
    const Holder self = holder_of(victim.id);
    auto held = state_.calendar.held_by(self);
    if (!held) return std::nullopt;
    held->span = span_of(first, slots);
    if (state_.calendar.first_clash(held->gpus, held->span, self)) return std::nullopt;
    return held;
}

Slot NewWindows::first_slot_from(Instant instant) {
    const auto [slot, is_new] = slots_from_.try_emplace(instant);
    if (is_new) slot->second = state_.grid.slot_at(state_.grid.edge_at_or_after(instant));
    return slot->second;
}

Instant NewWindows::start_of(Slot slot) {
    const auto [start, is_new] = starts_of_.try_emplace(slot);
    if (is_new) start->second = state_.grid.start_of(slot);
    return start->second;
}

Span NewWindows::span_of(Slot first, std::int32_t slots) {
    return {start_of(first), start_of(first + slots)};
}

NewWindows::Wanted& NewWindows::wanted_by(const GpuRequest& asked) {
    Wanted& wanted = known_[key_of(asked)];
    if (!wanted.gpus) wanted.gpus = choose_gpus(*state_.fleet, asked);
    return wanted;
}

std::optional<Span> NewWindows::elsewhere(const GpuRequest& asked, const Need& need) {
    Wanted& wanted = wanted_by(asked);
    const WishedGpus* gpus = wanted.gpus_or_null();
    if (gpus == nullptr) return std::nullopt;
    if (gpus->named()) {
        const auto found = nearest_window(state_, *gpus, need.slots, need.not_before, now_);
        return found ? std::optional(found->span) : std::nullopt;
    }
    const Slot from = first_slot_from(std::max(need.not_before, now_));
    const auto [start, is_new] = wanted.starts.try_emplace({need.slots, from});
    if (is_new) {
        start->second = state_.calendar.earliest_start(
            gpus->wish, std::min(need.slots, longest_estimated), from, state_.horizon - need.slots);
    }
    if (!start->second) return std::nullopt;
    return span_of(*start->second, need.slots);
}

}  // namespace berth
