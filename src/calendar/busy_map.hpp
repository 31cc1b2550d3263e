// For each slot of the indexed time, the GPUs that are held in it (rounded outward): what turns
// "how many are free in this window" into "which".
#pragma once

#include <span>
#include <vector>

#include "calendar/fleet_layout.hpp"
#include "calendar/holding_book.hpp"

namespace berth {

class BusyMap {
public:
    BusyMap(std::size_t gpus, Window window);

    // Precondition of the others: the slots lie within it.
    [[nodiscard]] Window window() const { return window_; }
    [[nodiscard]] std::span<const GpuSet::Word> busy_in(Slot slot) const {
        return {&words_[row(slot)], words_per_slot_};
    }
    // Reads these slots of this GPU anew, from what it holds from the first of them on.
    void refresh(std::uint32_t position, std::span<const Held> held, Window slots);
    // Moves on to a later window of the same length. What it newly covers means nothing until it is
    // refreshed.
    void roll_to(Slot first);

private:
    [[nodiscard]] std::size_t row(Slot slot) const {
        return static_cast<std::size_t>(slot - window_.first) * words_per_slot_;
    }

    Window window_;
    std::size_t words_per_slot_;
    std::vector<GpuSet::Word> words_;
};

}  // namespace berth
