#include "calendar/calendar.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "calendar/gpu_choice.hpp"
#include "calendar/selection.hpp"
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
    if (const auto clash = impl_->book.first_clash(gpus, span, {})) {
        return std::unexpected(*clash);
    }
    impl_->add(holder, ascending(gpus), span);
    return {};
}

std::expected<void, Holding> Calendar::load(std::span<const Claim> claims) {
    return impl_->load(claims);
}

void Calendar::shorten(Holder holder, Instant end) {
    const auto held = impl_->book.held_by(holder);
    if (!held || end >= held->span.to) return;
    if (end <= held->span.from) return impl_->remove(holder);
    impl_->shorten(holder, end);
}

void Calendar::release(Holder holder) {
    impl_->remove(holder);
}

std::expected<void, Holding> Calendar::move(Holder holder, std::span<const GpuIndex> gpus,
                                            Span span) {
    if (const auto clash = impl_->book.first_clash(gpus, span, holder)) {
        return std::unexpected(*clash);
    }
    impl_->remove(holder);
    impl_->add(holder, ascending(gpus), span);
    return {};
}

void Calendar::exchange(std::span<const std::pair<GpuIndex, GpuIndex>> pairs) {
    std::map<GpuIndex, GpuIndex> other;
    for (const auto& [a, b] : pairs) {
        other[a] = b;
        other[b] = a;
    }
    std::map<Holder, Placement> claims;
    for (const auto& [gpu, instead] : other) {
        for (const Holding& held : impl_->book.all_in(gpu, {Instant::min(), Instant::max()})) {
            if (!claims.contains(held.holder)) claims[held.holder] = *held_by(held.holder);
        }
    }
    for (const auto& [holder, placement] : claims) impl_->remove(holder);
    for (auto& [holder, placement] : claims) {
        for (GpuIndex& gpu : placement.gpus) {
            if (const auto found = other.find(gpu); found != other.end()) gpu = found->second;
        }
        impl_->add(holder, ascending(placement.gpus), placement.span);
    }
}

void Calendar::advance(Instant now) {
    if (now > impl_->now) impl_->advance(now);
}

void Calendar::set_fleet(std::shared_ptr<const Fleet> fleet) {
    impl_->set_fleet(std::move(fleet));
}

std::optional<Holding> Calendar::first_clash(std::span<const GpuIndex> gpus, Span span,
                                             std::optional<Holder> ignoring) const {
    return impl_->book.first_clash(gpus, span, ignoring);
}

std::optional<Placement> Calendar::place(const GpuWish& wish, Span span,
                                         std::optional<Holder> ignoring,
                                         std::span<const GpuIndex> avoiding) const {
    if (!can_be_asked(wish) || span.empty()) return {};
    const GpuSet wanted = selected_gpus(*impl_->layout, *impl_->fleet, wish.selector);
    const GpuChoice choice(*impl_->layout, *impl_->fleet, wish, wanted);
    GpuSet free = impl_->free_for(wanted, span);
    if (const auto own = ignoring ? impl_->book.held_by(*ignoring) : std::nullopt) {
        for (const GpuIndex gpu : own->gpus) {
            const std::uint32_t position = impl_->layout->position_of[gpu.value];
            const bool others = first_clash(std::span(&gpu, 1), span, ignoring).has_value();
            if (!others && wanted.contains(position)) free.insert(position);
        }
    }
    for (const GpuIndex gpu : avoiding) free.erase(impl_->layout->position_of[gpu.value]);
    std::vector<GpuIndex> gpus = choice.choose(free);
    if (gpus.empty()) return {};
    return Placement{span, std::move(gpus)};
}

std::optional<Placement> Calendar::earliest(const GpuWish& wish, std::int32_t slots,
                                            Slot not_before, Slot latest_start) const {
    if (!can_be_asked(wish) || !can_be_asked(slots, *impl_)) return {};
    const WindowSearch search(*impl_, wish, slots);
    const auto start = search.earliest_start({not_before, latest_start});
    return start ? std::optional(search.placed_at(*start)) : std::nullopt;
}

std::optional<Slot> Calendar::earliest_start(const GpuWish& wish, std::int32_t slots,
                                             Slot not_before, Slot latest_start) const {
    if (!can_be_asked(wish) || !can_be_asked(slots, *impl_)) return {};
    return WindowSearch(*impl_, wish, slots).earliest_start({not_before, latest_start});
}

std::optional<Placement> Calendar::latest(const GpuWish& wish, std::int32_t slots, Slot not_before,
                                          Slot latest_start) const {
    if (!can_be_asked(wish) || !can_be_asked(slots, *impl_)) return {};
    const WindowSearch search(*impl_, wish, slots);
    const auto start = search.latest_start({not_before, latest_start});
    return start ? std::optional(search.placed_at(*start)) : std::nullopt;
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
    const GpuSet wanted = selected_gpus(*impl_->layout, *impl_->fleet, selector);
    return impl_->free_for(wanted, span).size();
}

std::vector<Holding> Calendar::holdings(GpuIndex gpu, Span span) const {
    return impl_->book.all_in(gpu, span);
}

std::optional<Placement> Calendar::held_by(Holder holder) const {
    const auto held = impl_->book.held_by(holder);
    if (!held) return {};
    return Placement{held->span, {held->gpus.begin(), held->gpus.end()}};
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
    return impl_->index_equals_rebuild();
}

}  // namespace berth
