#include "calendar/naive_calendar.hpp"

#include <algorithm>
#include <tuple>

namespace berth::test {
namespace {

bool has(const std::vector<GpuIndex>& gpus, GpuIndex gpu) {
    return std::ranges::find(gpus, gpu) != gpus.end();
}

}  // namespace

NaiveCalendar::NaiveCalendar(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now,
                             std::int32_t horizon_slots)
    : fleet_(std::move(fleet)), grid_(std::move(grid)), now_(now), horizon_slots_(horizon_slots) {}

std::expected<void, Holding> NaiveCalendar::claim(Holder holder, std::vector<GpuIndex> gpus,
                                                  Span span) {
    if (const auto clash = first_clash(gpus, span)) return std::unexpected(*clash);
    std::ranges::sort(gpus);
    held_[holder.number] = {span, gpus};
    return {};
}

void NaiveCalendar::shorten(Holder holder, Instant end) {
    held_.at(holder.number).span.to = end;
}

void NaiveCalendar::release(Holder holder) {
    held_.erase(holder.number);
}

std::expected<void, Holding> NaiveCalendar::move(Holder holder, std::vector<GpuIndex> gpus,
                                                 Span span) {
    if (const auto clash = first_clash(gpus, span, holder)) return std::unexpected(*clash);
    std::ranges::sort(gpus);
    held_[holder.number] = {span, gpus};
    return {};
}

void NaiveCalendar::exchange(GpuIndex a, GpuIndex b) {
    for (auto& [number, placement] : held_) {
        for (GpuIndex& gpu : placement.gpus) {
            if (gpu == a || gpu == b) gpu = gpu == a ? b : a;
        }
        std::ranges::sort(placement.gpus);
    }
}

void NaiveCalendar::advance(Instant now) {
    now_ = now;
    std::erase_if(held_, [&](const auto& each) { return each.second.span.to <= now; });
}

std::optional<Holding> NaiveCalendar::first_clash(const std::vector<GpuIndex>& gpus, Span span,
                                                  std::optional<Holder> ignoring) const {
    std::vector<Holding> clashes;
    for (const GpuIndex gpu : gpus) {
        for (const Holding& holding : holdings(gpu, span)) {
            if (holding.holder != ignoring) clashes.push_back(holding);
        }
    }
    if (clashes.empty()) return {};
    return *std::ranges::min_element(clashes, {}, [](const Holding& holding) {
        return std::tuple(holding.span.from, holding.gpu);
    });
}

std::vector<Holding> NaiveCalendar::holdings(GpuIndex gpu, Span span) const {
    std::vector<Holding> found;
    for (const auto& [number, placement] : held_) {
        if (has(placement.gpus, gpu) && placement.span.overlaps(span)) {
            found.push_back({gpu, Holder{number}, placement.span});
        }
    }
    std::ranges::sort(found, {}, [](const Holding& holding) { return holding.span.from; });
    return found;
}

std::optional<Placement> NaiveCalendar::held_by(Holder holder) const {
    const auto found = held_.find(holder.number);
    if (found == held_.end()) return {};
    return found->second;
}

std::vector<Holder> NaiveCalendar::holders() const {
    std::vector<Holder> holders;
    for (const auto& [number, placement] : held_) holders.push_back(Holder{number});
    return holders;
}

bool NaiveCalendar::all_free(const std::vector<GpuIndex>& gpus, Span span) const {
    return !gpus.empty() && !first_clash(gpus, span) &&
           std::ranges::all_of(
               gpus, [&](GpuIndex gpu) { return fleet_->gpu(gpu).spec.health == Health::healthy; });
}

std::vector<GpuIndex> NaiveCalendar::free_gpus(const GpuSelector& selector, Span span) const {
    std::vector<GpuIndex> free = fleet_->matching(selector);
    std::erase_if(free, [&](GpuIndex gpu) { return !holdings(gpu, span).empty(); });
    return free;
}

int NaiveCalendar::free_count(const GpuSelector& selector, Span span) const {
    return static_cast<int>(free_gpus(selector, span).size());
}

std::vector<GpuIndex> NaiveCalendar::choose_any(const std::vector<GpuIndex>& free,
                                                const std::vector<GpuIndex>& wanted,
                                                const GpuWish& wish) const {
    if (wish.per_node > 0) return choose_pieces(free, wanted, wish);
    const int count = wish.count;
    std::vector<std::tuple<bool, std::size_t, std::uint32_t, std::vector<GpuIndex>>> nodes;
    for (const Node& node : fleet_->nodes()) {
        std::vector<GpuIndex> here;
        std::size_t all = 0;
        for (const GpuIndex gpu : node.gpus) {
            if (has(free, gpu)) here.push_back(gpu);
            if (has(wanted, gpu)) ++all;
        }
        nodes.emplace_back(here.size() == all, here.size(), node.index.value, here);
    }
    std::ranges::sort(nodes);
    std::vector<GpuIndex> chosen;
    for (const auto& node : nodes) {
        for (const GpuIndex gpu : std::get<3>(node)) chosen.push_back(gpu);
    }
    if (std::ssize(chosen) < count) return {};
    chosen.resize(static_cast<std::size_t>(count));
    std::ranges::sort(chosen);
    return chosen;
}

// A node at a time: the partly used one with the fewest free GPUs while there is any, then the
// smallest whole one that takes all that is left, then the largest.
std::vector<GpuIndex> NaiveCalendar::choose_pieces(std::vector<GpuIndex> free,
                                                   const std::vector<GpuIndex>& wanted,
                                                   const GpuWish& wish) const {
    const auto piece = static_cast<std::size_t>(wish.per_node);
    auto left = static_cast<std::size_t>(wish.count);
    std::vector<GpuIndex> chosen;
    while (left > 0) {
        using Rank = std::tuple<bool, bool, std::size_t, std::size_t, std::uint32_t>;
        std::optional<std::pair<Rank, std::vector<GpuIndex>>> best;
        for (const Node& node : fleet_->nodes()) {
            std::vector<GpuIndex> here;
            std::size_t all = 0;
            for (const GpuIndex gpu : node.gpus) {
                if (has(free, gpu)) here.push_back(gpu);
                if (has(wanted, gpu)) ++all;
            }
            if (here.size() < piece) continue;
            const bool whole = here.size() == all;
            const bool enough = here.size() / piece * piece >= left;
            const std::size_t pieces = whole && !enough ? 1'000 - here.size() / piece : 0;
            const Rank rank{whole, whole && !enough, pieces, here.size(), node.index.value};
            if (!best || rank < best->first) best = {rank, here};
        }
        if (!best) return {};
        std::vector<GpuIndex>& node = best->second;
        std::erase_if(free, [&](GpuIndex gpu) { return has(node, gpu); });
        node.resize(std::min(left, node.size() / piece * piece));
        left -= node.size();
        chosen.insert(chosen.end(), node.begin(), node.end());
    }
    std::ranges::sort(chosen);
    return chosen;
}

std::optional<Placement> NaiveCalendar::place(const GpuWish& wish, Span span) const {
    const std::vector<GpuIndex> free = free_gpus(wish.selector, span);
    const std::vector<GpuIndex> wanted = fleet_->matching(wish.selector);
    const auto count = static_cast<std::size_t>(wish.count);
    if (wish.spread.kind == Spread::Kind::any) {
        const auto chosen = choose_any(free, wanted, wish);
        return chosen.empty() ? std::nullopt : std::optional(Placement{span, chosen});
    }
    // The GPUs that may go together: those of a node, or of a value of the label.
    const auto together = [&](const Gpu& gpu) -> std::optional<std::string> {
        if (wish.spread.kind == Spread::Kind::same_node) return gpu.spec.node;
        const auto label = gpu.spec.labels.find(wish.spread.label);
        return label == gpu.spec.labels.end() ? std::nullopt : std::optional(label->second);
    };
    std::vector<std::string> groups;
    for (const Gpu& gpu : fleet_->gpus()) {
        if (const auto group = together(gpu)) groups.push_back(*group);
    }
    std::optional<std::vector<GpuIndex>> best;
    std::vector<GpuIndex> best_wanted;
    for (const std::string& group : groups) {
        const auto outside = [&](GpuIndex gpu) { return together(fleet_->gpu(gpu)) != group; };
        std::vector<GpuIndex> here = free;
        std::erase_if(here, outside);
        if (here.size() < count || (best && here.size() >= best->size())) continue;
        std::vector<GpuIndex> wanted_here = wanted;
        std::erase_if(wanted_here, outside);
        const bool in_pieces = wish.per_node > 0;
        if (in_pieces && choose_pieces(here, wanted_here, wish).empty()) continue;
        best = here;
        best_wanted = wanted;
        std::erase_if(best_wanted, outside);
    }
    if (!best) return {};
    if (wish.spread.kind == Spread::Kind::same_label) {
        return Placement{span, choose_any(*best, best_wanted, wish)};
    }
    best->resize(count);
    return Placement{span, *best};
}

std::vector<Span> NaiveCalendar::windows(std::int32_t slots, Slot not_before,
                                         Slot latest_start) const {
    std::vector<Span> windows;
    const Slot current = grid_.slot_at(now_);
    for (Slot slot = current; slot + slots <= current + horizon_slots_; slot = slot + 1) {
        if (slot < not_before || slot > latest_start) continue;
        const Span span = grid_.span_of({slot, slot + slots});
        if (span.from >= now_ && !span.empty()) windows.push_back(span);
    }
    return windows;
}

}  // namespace berth::test
