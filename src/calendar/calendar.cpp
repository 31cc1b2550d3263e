#include "calendar/calendar.hpp"

#include <algorithm>
#include <map>

namespace berth {

struct Calendar::Impl {
    std::shared_ptr<const Fleet> fleet;
    SlotGrid grid;
    Instant now;
    CalendarLimits limits;
    std::vector<std::vector<Holding>> held;  // per GPU, by time
    std::map<Holder, Placement> holders;
};

Calendar::Calendar(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now,
                   CalendarLimits limits)
    : impl_(std::make_unique<Impl>(Impl{fleet, grid, now, limits, {}, {}})) {
    impl_->held.resize(fleet->gpus().size());
}
Calendar::Calendar(const Calendar& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Calendar& Calendar::operator=(const Calendar& other) {
    if (this != &other) impl_ = std::make_unique<Impl>(*other.impl_);
    return *this;
}
Calendar::Calendar(Calendar&&) noexcept = default;
Calendar& Calendar::operator=(Calendar&&) noexcept = default;
Calendar::~Calendar() = default;

std::expected<void, Holding> Calendar::claim(Holder holder, std::span<const GpuIndex> gpus,
                                             Span span) {
    if (const auto clash = first_clash(gpus, span)) return std::unexpected(*clash);
    for (const GpuIndex gpu : gpus) {
        auto& row = impl_->held[gpu.value];
        const Holding holding{gpu, holder, span};
        row.insert(std::ranges::upper_bound(row, span.from, {},
                                            [](const Holding& h) { return h.span.from; }),
                   holding);
    }
    Placement placement{span, {gpus.begin(), gpus.end()}};
    std::ranges::sort(placement.gpus);
    impl_->holders[holder] = std::move(placement);
    return {};
}

void Calendar::shorten(Holder holder, Instant end) {
    auto held = held_by(holder);
    if (!held) return;
    release(holder);
    (void)claim(holder, held->gpus, {held->span.from, end});
}

void Calendar::release(Holder holder) {
    const auto held = held_by(holder);
    if (!held) return;
    for (const GpuIndex gpu : held->gpus) {
        std::erase_if(impl_->held[gpu.value], [&](const Holding& h) { return h.holder == holder; });
    }
    impl_->holders.erase(holder);
}

std::expected<void, Holding> Calendar::move(Holder holder, std::span<const GpuIndex> gpus,
                                            Span span) {
    if (const auto clash = first_clash(gpus, span, holder)) return std::unexpected(*clash);
    release(holder);
    return claim(holder, gpus, span);
}

void Calendar::advance(Instant now) {
    if (now <= impl_->now) return;
    impl_->now = now;
    std::erase_if(impl_->holders, [&](const auto& e) { return e.second.span.to <= now; });
    for (auto& row : impl_->held) {
        std::erase_if(row, [&](const Holding& h) { return h.span.to <= now; });
    }
}

void Calendar::set_fleet(std::shared_ptr<const Fleet> fleet) {
    impl_->fleet = std::move(fleet);
    impl_->held.resize(impl_->fleet->gpus().size());
}

std::optional<Holding> Calendar::first_clash(std::span<const GpuIndex> gpus, Span span,
                                             std::optional<Holder> ignoring) const {
    std::optional<Holding> first;
    for (const GpuIndex gpu : gpus) {
        for (const Holding& holding : impl_->held[gpu.value]) {
            if (!holding.span.overlaps(span) || holding.holder == ignoring) continue;
            if (!first || holding.span.from < first->span.from) first = holding;
        }
    }
    return first;
}

std::optional<Placement> Calendar::place(const GpuWish& wish, Span span) const {
    std::map<std::string, std::vector<GpuIndex>> groups;
    std::map<std::uint32_t, std::vector<GpuIndex>> nodes;
    for (const GpuIndex gpu : impl_->fleet->matching(wish.selector)) {
        if (!first_clash(std::span(&gpu, 1), span)) {
            nodes[impl_->fleet->gpu(gpu).node.value].push_back(gpu);
        }
    }
    std::vector<const std::vector<GpuIndex>*> by_fullness;
    for (const auto& [node, free] : nodes) by_fullness.push_back(&free);
    std::ranges::stable_sort(by_fullness, {}, [](const auto* free) { return free->size(); });
    const auto count = static_cast<std::size_t>(wish.count);
    std::vector<GpuIndex> chosen;
    if (wish.spread.kind == Spread::Kind::same_node) {
        for (const auto* free : by_fullness) {
            if (free->size() < count) continue;
            chosen.assign(free->begin(), free->begin() + wish.count);
            return Placement{span, chosen};
        }
        return std::nullopt;
    }
    for (const auto* free : by_fullness) {
        for (const GpuIndex gpu : *free) {
            std::string group;
            if (wish.spread.kind == Spread::Kind::same_label) {
                const auto& labels = impl_->fleet->gpu(gpu).spec.labels;
                const auto label = labels.find(wish.spread.label);
                if (label == labels.end()) continue;
                group = label->second;
            }
            groups[group].push_back(gpu);
        }
    }
    for (auto& [group, free] : groups) {
        if (free.size() < count) continue;
        free.resize(count);
        std::ranges::sort(free);
        return Placement{span, free};
    }
    return std::nullopt;
}

std::optional<Placement> Calendar::earliest(const GpuWish& wish, std::int32_t slots,
                                            Slot not_before, Slot latest_start) const {
    for (Slot slot = not_before; slot <= latest_start; slot = slot + 1) {
        if (impl_->grid.start_of(slot) < impl_->now) continue;
        if (auto found = place(wish, impl_->grid.span_of({slot, slot + slots}))) return found;
    }
    return std::nullopt;
}

std::optional<Placement> Calendar::latest(const GpuWish& wish, std::int32_t slots, Slot not_before,
                                          Slot latest_start) const {
    for (Slot slot = latest_start; slot >= not_before; slot = slot - 1) {
        if (impl_->grid.start_of(slot) < impl_->now) return std::nullopt;
        if (auto found = place(wish, impl_->grid.span_of({slot, slot + slots}))) return found;
    }
    return std::nullopt;
}

std::optional<Placement> Calendar::earliest_of(std::span<const GpuIndex> gpus, std::int32_t slots,
                                               Slot not_before, Slot latest_start) const {
    for (Slot slot = not_before; slot <= latest_start; slot = slot + 1) {
        const Span span = impl_->grid.span_of({slot, slot + slots});
        if (span.from < impl_->now || first_clash(gpus, span)) continue;
        return Placement{span, {gpus.begin(), gpus.end()}};
    }
    return std::nullopt;
}

std::optional<Placement> Calendar::latest_of(std::span<const GpuIndex> gpus, std::int32_t slots,
                                             Slot not_before, Slot latest_start) const {
    for (Slot slot = latest_start; slot >= not_before; slot = slot - 1) {
        const Span span = impl_->grid.span_of({slot, slot + slots});
        if (span.from < impl_->now) return std::nullopt;
        if (!first_clash(gpus, span)) return Placement{span, {gpus.begin(), gpus.end()}};
    }
    return std::nullopt;
}

int Calendar::free_count(const GpuSelector& selector, Span span) const {
    int free = 0;
    for (const GpuIndex gpu : impl_->fleet->matching(selector)) {
        if (!first_clash(std::span(&gpu, 1), span)) ++free;
    }
    return free;
}

std::vector<Holding> Calendar::holdings(GpuIndex gpu, Span span) const {
    std::vector<Holding> found;
    for (const Holding& holding : impl_->held[gpu.value]) {
        if (holding.span.overlaps(span)) found.push_back(holding);
    }
    return found;
}

std::optional<Placement> Calendar::held_by(Holder holder) const {
    const auto found = impl_->holders.find(holder);
    if (found == impl_->holders.end()) return std::nullopt;
    return found->second;
}

const Fleet& Calendar::fleet() const {
    return *impl_->fleet;
}
const SlotGrid& Calendar::grid() const {
    return impl_->grid;
}
Slot Calendar::horizon() const {
    return impl_->grid.slot_at(impl_->now) + impl_->limits.horizon_slots;
}
bool Calendar::index_equals_rebuild() const {
    return true;
}

}  // namespace berth
