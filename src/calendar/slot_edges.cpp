#include "calendar/slot_edges.hpp"

#include <algorithm>

namespace berth {

SlotEdges::SlotEdges(const SlotGrid& grid, Window window)
    : first_(window.first), slot_length_(grid.slot_length()) {
    starts_.reserve(static_cast<std::size_t>(window.slots()) + 1);
    for (Slot slot = window.first; slot <= window.last; slot = slot + 1) {
        starts_.push_back(grid.start_of(slot));
    }
}

Slot SlotEdges::slot_at(Instant instant) const {
    // Clock changes move an edge by an hour or so, so this guess is off by few slots.
    auto index = static_cast<std::size_t>((instant - starts_.front()) / slot_length_);
    index = std::min(index, starts_.size() - 2);
    while (starts_[index] > instant) --index;
    while (starts_[index + 1] <= instant) ++index;
    return first_ + static_cast<std::int32_t>(index);
}

void SlotEdges::roll_to(const SlotGrid& grid, Window window) {
    if (window.first > last()) {
        *this = SlotEdges(grid, window);
        return;
    }
    starts_.erase(starts_.begin(), starts_.begin() + (window.first - first_));
    first_ = window.first;
    for (Slot slot = last() + 1; slot <= window.last; slot = slot + 1) {
        starts_.push_back(grid.start_of(slot));
    }
}

}  // namespace berth
