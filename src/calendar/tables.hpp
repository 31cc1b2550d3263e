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

    // -- changes of the book that the index follows
    // Preconditions as in HoldingBook.
    void add(Holder holder, std::span<const GpuIndex> gpus, Span span);
    std::expected<void, Holding> load(std::span<const Claim> claims);
    void shorten(Holder holder, Instant end);
    void remove(Holder holder);

    void advance(Instant to);
    void set_fleet(std::shared_ptr<const Fleet> changed);
    // The index from this slot on, anew from what is held.
    void rebuild_index(Slot from);

    // -- questions
    [[nodiscard]] Slot slot_at(Instant instant) const;
    [[nodiscard]] Slot horizon() const { return current + limits.horizon_slots; }
    // The first slot that begins now or later.
    [[nodiscard]] Slot next_edge() const;
    // The slots in which a claim of this span is in the way of others: rounded outward, and of the
    // current slot only if some of it is still to come. Empty when all of it has passed.
    [[nodiscard]] Window slots_held_by(Span span) const;
    // False of those that the clocks skip. Precondition: the window lies within the index.
    [[nodiscard]] bool has_length(Window slots) const {
        return edges.start_of(slots.first) < edges.start_of(slots.last);
    }
    // Those of `wanted` that are free for all of the span, exactly.
    [[nodiscard]] GpuSet free_for(const GpuSet& wanted, Span span) const;
    // Those that are free for all of these slots. Precondition: none before next_edge(), none
    // beyond the horizon.
    [[nodiscard]] GpuSet free_in(const GpuSet& wanted, Window slots) const;
    // The same, for a set that is empty outside of `extent`.
    [[nodiscard]] GpuSet free_in(const GpuSet& wanted, Window slots, GpuSet::Extent extent) const;
    [[nodiscard]] bool index_equals_rebuild() const;

private:
    void give_back(std::span<const GpuIndex> gpus, Window slots, Span was);
    void keep_shared_slot(std::span<const GpuIndex> gpus, Slot slot);
};

}  // namespace berth
