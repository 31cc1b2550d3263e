#include "calendar/calendar.hpp"

#include <algorithm>
#include <limits>

#include "calendar/tables.hpp"
#include "calendar/window_search.hpp"

namespace berth {
namespace {

std::vector<GpuIndex> ascending(std::span<const GpuIndex> gpus) {
    std::vector<GpuIndex> sorted(gpus.begin(), gpus.end());
    std::ranges::sort(sorted);
    return sorted;
}

bool can_be_asked(const GpuWish& wish) {
    return wish.count >= 1 && wish.count <= std::numeric_limits<Count>::max();
}

bool can_be_asked(std::int32_t slots, const CalendarTables& tables) {
    return slots >= 1 && slots <= tables.limits.horizon_slots;
}

}  // namespace

struct Calendar::Impl : CalendarTables {
    using CalendarTables::CalendarTables;

    void add(Holder holder, Placement placement) {
        const Window slots = slots_held_by(placement.span);
        const std::vector<GpuIndex> gpus = placement.gpus;
        index.begin_change(book, gpus, slots);
        book.add(holder, std::move(placement), slots);
        index.end_change(book);
    }

    void remove(Holder holder) {
        const Placement* const held = book.held_by(holder);
        if (held == nullptr) return;
        const std::vector<GpuIndex> gpus = held->gpus;
        index.begin_change(book, gpus, book.slots_of(holder));
        book.remove(holder);
        index.end_change(book);
    }
};

Calendar::Calendar(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now,
                   CalendarLimits limits)
    : impl_(std::make_unique<Impl>(std::move(fleet), std::move(grid), now, limits)) {}
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
    return move(holder, gpus, span);
}

void Calendar::shorten(Holder holder, Instant end) {
    const Placement* const held = impl_->book.held_by(holder);
    if (held == nullptr || end >= held->span.to) return;
    if (end <= held->span.from) return impl_->remove(holder);
    const std::vector<GpuIndex> gpus = held->gpus;
    const Window slots = impl_->slots_held_by({held->span.from, end});
    impl_->index.begin_change(impl_->book, gpus, impl_->book.slots_of(holder));
    impl_->book.shorten(holder, end, slots);
    impl_->index.end_change(impl_->book);
}

void Calendar::release(Holder holder) {
    impl_->remove(holder);
}

std::expected<void, Holding> Calendar::move(Holder holder, std::span<const GpuIndex> gpus,
                                            Span span) {
    if (const auto clash = impl_->book.first_clash(gpus, span, holder)) {
        return std::unexpected(*clash);
    }
    Placement placement{span, ascending(gpus)};
    impl_->remove(holder);
    impl_->add(holder, std::move(placement));
    return {};
}

void Calendar::advance(Instant now) {
    if (now <= impl_->now) return;
    impl_->now = now;
    const Slot current = impl_->slot_at(now);
    if (current != impl_->current) {
        impl_->current = current;
        impl_->index.advance(impl_->book, current);
        if (impl_->index.window() != Window{impl_->edges.first(), impl_->edges.last()}) {
            impl_->edges.roll_to(impl_->grid, impl_->index.window());
        }
    }
    while (const auto ended = impl_->book.next_ended(now)) impl_->remove(*ended);
}

void Calendar::set_fleet(std::shared_ptr<const Fleet> fleet) {
    auto layout = std::make_shared<const FleetLayout>(*fleet);
    impl_->book.grow(fleet->gpus().size());
    if (same_but_for_health(*impl_->fleet, *fleet)) {
        std::vector<GpuIndex> changed;
        for (const Gpu& gpu : fleet->gpus()) {
            if (gpu.spec.health != impl_->fleet->gpu(gpu.index).spec.health) {
                changed.push_back(gpu.index);
            }
        }
        impl_->index.change_health(impl_->book, layout, changed);
    } else {
        impl_->index = WindowIndex(layout, impl_->book, impl_->current, impl_->limits);
        impl_->edges = SlotEdges(impl_->grid, impl_->index.window());
    }
    impl_->layout = std::move(layout);
    impl_->fleet = std::move(fleet);
}

std::optional<Holding> Calendar::first_clash(std::span<const GpuIndex> gpus, Span span,
                                             std::optional<Holder> ignoring) const {
    return impl_->book.first_clash(gpus, span, ignoring);
}

std::optional<Placement> Calendar::place(const GpuWish& wish, Span span,
                                         std::optional<Holder> ignoring) const {
    if (!can_be_asked(wish) || span.empty()) return {};
    const Selection selection = select(*impl_->layout, *impl_->fleet, wish.selector);
    const GpuChoice choice(*impl_->layout, *impl_->fleet, wish, selection.gpus);
    GpuSet free = impl_->free_for(selection.gpus, span);
    if (const Placement* own = ignoring ? impl_->book.held_by(*ignoring) : nullptr) {
        for (const GpuIndex gpu : own->gpus) {
            const std::uint32_t position = impl_->layout->position_of[gpu.value];
            const bool others = first_clash(std::span(&gpu, 1), span, ignoring).has_value();
            if (!others && selection.gpus.contains(position)) free.insert(position);
        }
    }
    std::vector<GpuIndex> gpus = choice.choose(free);
    if (gpus.empty()) return {};
    return Placement{span, std::move(gpus)};
}

std::optional<Placement> Calendar::earliest(const GpuWish& wish, std::int32_t slots,
                                            Slot not_before, Slot latest_start) const {
    if (!can_be_asked(wish) || !can_be_asked(slots, *impl_)) return {};
    return WindowSearch(*impl_, wish, slots).earliest({not_before, latest_start});
}

std::optional<Placement> Calendar::latest(const GpuWish& wish, std::int32_t slots, Slot not_before,
                                          Slot latest_start) const {
    if (!can_be_asked(wish) || !can_be_asked(slots, *impl_)) return {};
    return WindowSearch(*impl_, wish, slots).latest({not_before, latest_start});
}

std::optional<Placement> Calendar::earliest_of(std::span<const GpuIndex> gpus, std::int32_t slots,
                                               Slot not_before, Slot latest_start) const {
    if (!can_be_asked(slots, *impl_)) return {};
    return berth::earliest_of(*impl_, ascending(gpus), slots, {not_before, latest_start});
}

std::optional<Placement> Calendar::latest_of(std::span<const GpuIndex> gpus, std::int32_t slots,
                                             Slot not_before, Slot latest_start) const {
    if (!can_be_asked(slots, *impl_)) return {};
    return berth::latest_of(*impl_, ascending(gpus), slots, {not_before, latest_start});
}

int Calendar::free_count(const GpuSelector& selector, Span span) const {
    const Selection selection = select(*impl_->layout, *impl_->fleet, selector);
    return impl_->free_for(selection.gpus, span).size();
}

std::vector<Holding> Calendar::holdings(GpuIndex gpu, Span span) const {
    std::vector<Holding> found;
    const Held* held = impl_->book.first_in(gpu, span);
    if (held == nullptr) return found;
    const Held* const end = std::to_address(impl_->book.held(gpu).end());
    for (; held != end && held->span.overlaps(span); ++held) {
        found.push_back({gpu, held->holder, held->span});
    }
    return found;
}

std::optional<Placement> Calendar::held_by(Holder holder) const {
    const Placement* const held = impl_->book.held_by(holder);
    if (held == nullptr) return {};
    return *held;
}

const Fleet& Calendar::fleet() const {
    return *impl_->fleet;
}
const SlotGrid& Calendar::grid() const {
    return impl_->grid;
}
Slot Calendar::horizon() const {
    return impl_->horizon();
}
bool Calendar::index_equals_rebuild() const {
    return impl_->index.equals_rebuild(impl_->book);
}

}  // namespace berth
