// For each slot of the indexed time, the GPUs that cannot be booked in it: held (rounded outward),
// gone, or no GPU at all. Kept twice: by octet, what the window index counts from, and by slot,
// what turns "how many are free in this window" into "which".
#pragma once

#include <span>
#include <vector>

#include "calendar/fleet_layout.hpp"
#include "time/slot_grid.hpp"

namespace berth {

class BusyMap {
public:
    // A row of an octet may be read for `reach` columns beyond the window's end, where all is busy.
    BusyMap(std::uint32_t octets, Window window, int reach);

    // Columns count the slots of the window from 0.
    [[nodiscard]] Window window() const { return window_; }
    [[nodiscard]] const OctetBits* octet(std::uint32_t octet) const {
        return &by_octet_[octet * octet_stride_];
    }
    // Precondition: the slot lies within the window.
    [[nodiscard]] std::span<const GpuSet::Word> busy_in(Slot slot) const {
        return {&by_slot_[slot_row(slot - window_.first)], words_per_slot_};
    }
    // The union of busy_in() over the slots, for the words [first, first + into.size()). Both are
    // multiples of GpuSet::block_words.
    void busy_in(Window slots, std::size_t first, std::span<GpuSet::Word> into) const;

    // Columns [column, column + bits.size()) of an octet.
    void set(std::uint32_t octet, int column, std::span<const OctetBits> bits);

    // To set many, in the row of an octet, then all of them by slot.
    void reset_octet(std::uint32_t octet, int from_column, OctetBits bits);
    // Precondition: count > 0.
    void add_to_octet(std::uint32_t octet, int column, int count, OctetBits bits);
    void prefetch(std::uint32_t octet, int column) const {
        __builtin_prefetch(this->octet(octet) + column, 1);
    }
    void copy_to_slots(int from_column);

    // Moves on by this many columns. What comes in at the end means nothing until it is set.
    void roll(int columns);

private:
    [[nodiscard]] std::size_t slot_row(int column) const {
        return static_cast<std::size_t>(column) * words_per_slot_;
    }
    void copy_word(std::uint32_t octet, int first_column, int last_column);

    Window window_;
    std::uint32_t octets_;
    std::size_t octet_stride_;
    std::size_t words_per_slot_;
    std::vector<OctetBits> by_octet_;
    std::vector<GpuSet::Word> by_slot_;
};

}  // namespace berth
