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
      index(layout, book, current, limits),
      edges(grid, index.window()) {}

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
    GpuSet doubtful(layout->gpu_count());
    const Window slots = slots_held_by(span);
    for (Slot slot = slots.first; slot < slots.last; slot = slot + 1) {
        const Span ahead{std::max(edges.start_of(slot), now), edges.start_of(slot + 1)};
        if (span.from <= ahead.from && ahead.to <= span.to) {
            free.remove(index.busy().busy_in(slot));
        } else {
            doubtful.add(index.busy().busy_in(slot));
        }
    }
    doubtful.keep(free.words());
    drop_held(doubtful);
    return free;
}

GpuSet CalendarTables::free_in(const GpuSet& wanted, Window slots) const {
    GpuSet free = wanted;
    for (Slot slot = slots.first; slot < slots.last; slot = slot + 1) {
        free.remove(index.busy().busy_in(slot));
    }
    return free;
}

}  // namespace berth
