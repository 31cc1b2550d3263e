#include "calendar/tables.hpp"

#include <algorithm>

namespace berth {

CalendarTables::CalendarTables(std::shared_ptr<const Fleet> the_fleet, SlotGrid the_grid,
                               Instant the_now, CalendarLimits the_limits)
    : fleet(std::move(the_fleet)),
      layout(std::make_shared<FleetLayout>(*fleet)),
      grid(std::move(the_grid)),
      limits(the_limits),
      now(the_now),
      current(grid.slot_at(now)),
      book(fleet->gpus().size()),
      index(layout, current, limits),
      edges(grid, index.window()) {
    rebuild_index(current);
}

void CalendarTables::add(Holder holder, std::span<const GpuIndex> gpus, Span span) {
    book.add(holder, gpus, span);
    index.take(gpus, slots_held_by(span));
}

std::expected<void, Holding> CalendarTables::load(std::span<const Claim> claims) {
    book.reserve(claims);
    for (const auto& [holder, placement] : claims) {
        if (const auto clash = book.first_clash(placement.gpus, placement.span, {})) {
            book = HoldingBook(fleet->gpus().size());
            return std::unexpected(*clash);
        }
        book.add(holder, placement.gpus, placement.span);
    }
    rebuild_index(current);
    return {};
}

void CalendarTables::shorten(Holder holder, Instant end) {
    const HeldClaim claim = *book.held_by(holder);
    book.shorten(holder, end);
    const Window kept = slots_held_by({claim.span.from, end});
    give_back(claim.gpus, {kept.last, slot_at(claim.span.to - Duration(1)) + 1},
              {end, claim.span.to});
}

void CalendarTables::remove(Holder holder) {
    const auto claim = book.held_by(holder);
    if (!claim) return;
    const std::vector<GpuIndex> gpus(claim->gpus.begin(), claim->gpus.end());
    const Span was = claim->span;
    book.remove(holder);
    give_back(gpus, {slot_at(was.from), slot_at(was.to - Duration(1)) + 1}, was);
}

// These slots were held because of a span that is no longer held.
void CalendarTables::give_back(std::span<const GpuIndex> gpus, Window slots, Span was) {
    slots.first = std::max(slots.first, current);
    if (slots.slots() <= 0 || slots.first >= edges.last()) return;
    index.give_back(gpus, slots);
    // A slot at its ends may also be held by what comes before or after.
    const Slot last = slots.last - 1;
    if (was.from > edges.start_of(slots.first)) keep_shared_slot(gpus, slots.first);
    if (last < edges.last() && was.to < edges.start_of(last + 1)) keep_shared_slot(gpus, last);
}

void CalendarTables::keep_shared_slot(std::span<const GpuIndex> gpus, Slot slot) {
    const Span ahead{std::max(edges.start_of(slot), now), edges.start_of(slot + 1)};
    std::vector<GpuIndex> held;
    std::ranges::copy_if(gpus, std::back_inserter(held),
                         [&](GpuIndex gpu) { return !book.is_free(gpu, ahead); });
    index.take(held, {slot, slot + 1});
}

void CalendarTables::advance(Instant to) {
    now = to;
    const Slot slot = slot_at(now);
    if (slot != current) {
        current = slot;
        const Slot to_fill = index.advance(current);
        if (index.window() != Window{edges.first(), edges.last()}) {
            edges.roll_to(grid, index.window());
            rebuild_index(to_fill);
        }
    }
    while (const auto ended = book.next_ended(now)) remove(*ended);
}

void CalendarTables::set_fleet(std::shared_ptr<const Fleet> changed) {
    book.grow(changed->gpus().size());
    layout = std::make_shared<const FleetLayout>(*changed);
    const bool only_health = same_but_for_health(*fleet, *changed);
    std::vector<GpuIndex> gpus;
    for (const Gpu& gpu : changed->gpus()) {
        if (only_health && gpu.spec.health != fleet->gpu(gpu.index).spec.health) {
            gpus.push_back(gpu.index);
        }
    }
    fleet = std::move(changed);
    if (!only_health) {
        index = WindowIndex(layout, current, limits);
        edges = SlotEdges(grid, index.window());
        rebuild_index(current);
        return;
    }
    index.change_health(layout, gpus);
    const Span ahead{now, edges.start_of(edges.last())};
    for (const GpuIndex gpu : gpus) {
        for (const Holding& holding : book.all_in(gpu, ahead)) {
            index.take({&gpu, 1}, slots_held_by(holding.span));
        }
    }
}

void CalendarTables::rebuild_index(Slot from) {
    index.begin_fill(from);
    book.for_each([&](const HeldClaim& claim) {
        const Window slots = slots_held_by(claim.span);
        index.fill(claim.gpus, {std::max(slots.first, from), slots.last});
    });
    index.end_fill(from);
}

Slot CalendarTables::slot_at(Instant instant) const {
    return edges.covers(instant) ? edges.slot_at(instant) : grid.slot_at(instant);
}

Slot CalendarTables::next_edge() const {
    return edges.start_of(current) == now ? current : current + 1;
}

Window CalendarTables::slots_held_by(Span span) const {
    if (span.to <= now) return {current, current};
    return {slot_at(std::max(span.from, now)), slot_at(span.to - Duration(1)) + 1};
}

GpuSet CalendarTables::free_for(const GpuSet& wanted, Span span) const {
    GpuSet free = wanted;
    const auto drop_held = [&](const GpuSet& doubtful) {
        doubtful.for_each([&](std::uint32_t position) {
            if (!book.is_free(layout->gpu_at[position], span)) free.erase(position);
        });
    };
    if (span.empty() || span.from < now || span.to > edges.start_of(edges.last())) {
        drop_held(wanted);
        return free;
    }
    // Slots that lie wholly within the span decide at once; what is held in a slot at its ends may
    // or may not reach into it.
    const Window slots = slots_held_by(span);
    const Slot second = slots.first + 1;
    const bool from_edge = span.from <= std::max(edges.start_of(slots.first), now);
    const bool to_edge = edges.start_of(slots.last) <= span.to;
    const Window whole{from_edge ? slots.first : second, to_edge ? slots.last : slots.last - 1};
    free = free_in(wanted, whole);
    GpuSet doubtful(layout->positions());
    if (!from_edge) doubtful.add(index.busy().busy_in(slots.first));
    if (!to_edge) doubtful.add(index.busy().busy_in(slots.last - 1));
    doubtful.keep(free.words());
    drop_held(doubtful);
    return free;
}

GpuSet CalendarTables::free_in(const GpuSet& wanted, Window slots) const {
    return free_in(wanted, slots, wanted.extent());
}

GpuSet CalendarTables::free_in(const GpuSet& wanted, Window slots, GpuSet::Extent extent) const {
    GpuSet free = wanted;
    std::vector<GpuSet::Word> busy(extent.last - extent.first);
    index.busy().busy_in(slots, extent.first, busy);
    free.remove(extent.first, busy);
    return free;
}

bool CalendarTables::index_equals_rebuild() const {
    CalendarTables rebuilt = *this;
    rebuilt.rebuild_index(index.window().first);
    return index.equals(rebuilt.index);
}

}  // namespace berth
