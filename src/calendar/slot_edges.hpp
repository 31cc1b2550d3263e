// The instants at which a run of slots begins, looked up once: the calendar turns instants into
// slots and back far too often to ask the time zone each time.
#pragma once

#include <vector>

#include "time/slot_grid.hpp"

namespace berth {

class SlotEdges {
public:
    SlotEdges(const SlotGrid& grid, Window window);

    [[nodiscard]] Slot first() const { return first_; }
    [[nodiscard]] Slot last() const {
        return first_ + (static_cast<std::int32_t>(starts_.size()) - 1);
    }
    // Precondition: first() <= slot <= last().
    [[nodiscard]] Instant start_of(Slot slot) const {
        return starts_[static_cast<std::size_t>(slot - first_)];
    }
    [[nodiscard]] Span span_of(Window window) const {
        return {start_of(window.first), start_of(window.last)};
    }
    [[nodiscard]] bool covers(Instant instant) const {
        return starts_.front() <= instant && instant < starts_.back();
    }
    // Precondition: covers(instant).
    [[nodiscard]] Slot slot_at(Instant instant) const;

    // Moves on to a later window.
    void roll_to(const SlotGrid& grid, Window window);

private:
    Slot first_;
    Duration slot_length_;
    std::vector<Instant> starts_;  // of every slot, and of the one after the last
};

}  // namespace berth
