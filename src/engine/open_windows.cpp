#include "engine/open_windows.hpp"

#include <algorithm>

#include "engine/permission.hpp"

namespace berth {

OpenWindows::OpenWindows(const State& state, Asker asker, Instant now)
    : state_(state),
      asker_(std::move(asker)),
      now_(now),
      first_slot_(state.grid.slot_at(state.grid.edge_at_or_after(now))) {}

Slot OpenWindows::last_start(std::int32_t slots) const {
    return state_.calendar.horizon() - slots;
}

bool OpenWindows::allows(std::size_t gpus, Span span) const {
    return is_within_quota(state_, asker_.team, gpus, span, now_, asker_.changing);
}

std::optional<Placement> OpenWindows::at(const WishedGpus& gpus, Span span) const {
    if (!allows(gpu_count(gpus), span)) return std::nullopt;
    return try_place(state_.calendar, gpus, span);
}

std::optional<Placement> OpenWindows::earliest(const WishedGpus& gpus, std::int32_t slots,
                                               StartRange starts) const {
    const Calendar& calendar = state_.calendar;
    for (int refusals = 0; starts.first <= starts.last && refusals < most_refusals; ++refusals) {
        auto found = gpus.named() ? calendar.earliest_of(gpus.ids, slots, starts.first, starts.last)
                                  : calendar.earliest(gpus.wish, slots, starts.first, starts.last);
        if (!found || allows(found->gpus.size(), found->span)) return found;
        starts.first = state_.grid.slot_at(found->span.from) + 1;
    }
    return std::nullopt;
}

std::optional<Placement> OpenWindows::latest(const WishedGpus& gpus, std::int32_t slots,
                                             StartRange starts) const {
    const Calendar& calendar = state_.calendar;
    for (int refusals = 0; starts.first <= starts.last && refusals < most_refusals; ++refusals) {
        auto found = gpus.named() ? calendar.latest_of(gpus.ids, slots, starts.first, starts.last)
                                  : calendar.latest(gpus.wish, slots, starts.first, starts.last);
        if (!found || allows(found->gpus.size(), found->span)) return found;
        starts.last = state_.grid.slot_at(found->span.from) - 1;
    }
    return std::nullopt;
}

// A shorter window from the same start is to be had whenever a longer one is: halve the interval.
std::optional<Placement> OpenWindows::longest(const WishedGpus& gpus, Instant start,
                                              std::int32_t slots) const {
    std::optional<Placement> best;
    std::int32_t fits = 0;
    std::int32_t too_long = slots;
    const Slot first = state_.grid.slot_at(start);
    while (fits + 1 < too_long) {
        const std::int32_t middle = fits + (too_long - fits) / 2;
        if (auto placement = at(gpus, {start, state_.grid.start_of(first + middle)})) {
            best = std::move(placement);
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    return best;
}

std::optional<Placement> OpenWindows::most_of(const std::vector<GpuIndex>& ids, Span span) const {
    Placement free{span, {}};
    for (const GpuIndex id : ids) {
        if (!state_.calendar.first_clash(std::span(&id, 1), span)) free.gpus.push_back(id);
    }
    if (free.gpus.size() == ids.size()) free.gpus.pop_back();
    while (!free.gpus.empty() && !allows(free.gpus.size(), span)) free.gpus.pop_back();
    if (free.gpus.empty()) return std::nullopt;
    return free;
}

std::optional<Placement> OpenWindows::most(const WishedGpus& gpus, Span span) const {
    if (gpus.whole) return std::nullopt;
    if (gpus.named()) return most_of(gpus.ids, span);
    WishedGpus fewer = gpus;
    int& count = fewer.wish.count;
    const int piece = std::max(gpus.wish.per_node, 1);
    const int free = state_.calendar.free_count(gpus.wish.selector, span);
    count = std::min(count - piece, free / piece * piece);
    for (; count > 0; count -= piece) {
        if (auto placement = at(fewer, span)) return placement;
    }
    return std::nullopt;
}

std::size_t gpu_count(const WishedGpus& gpus) {
    return gpus.named() ? gpus.ids.size() : static_cast<std::size_t>(gpus.wish.count);
}

}  // namespace berth
