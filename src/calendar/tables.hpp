// All that a Calendar consists of, and the questions that need several parts of it.
#pragma once

#include "calendar/holding_book.hpp"
#include "calendar/slot_edges.hpp"
#include "calendar/window_index.hpp"

namespace berth {

struct CalendarTables {
    CalendarTables(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now,
                   CalendarLimits limits);

    std::shared_ptr<const Fleet> fleet;
    std::shared_ptr<const FleetLayout> layout;
    SlotGrid grid;
    CalendarLimits limits;
    Instant now;
    Slot current;  // the slot that contains now
    HoldingBook book;
    WindowIndex index;
    SlotEdges edges;  // of index.window()

    [[nodiscard]] Slot slot_at(Instant instant) const;
    [[nodiscard]] Slot horizon() const { return current + limits.horizon_slots; }
    // The first slot that begins now or later.
    [[nodiscard]] Slot next_edge() const;
    // The slots in which a claim of this span is in the way of others (Held::slots).
    [[nodiscard]] Window slots_held_by(Span span) const;
    // Those of `wanted` that are free for all of the span, exactly.
    [[nodiscard]] GpuSet free_for(const GpuSet& wanted, Span span) const;
    // Those that are free for all of these slots. Precondition: none before next_edge(), none
    // beyond the horizon.
    [[nodiscard]] GpuSet free_in(const GpuSet& wanted, Window slots) const;
};

}  // namespace berth
