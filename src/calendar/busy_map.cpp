#include "calendar/busy_map.hpp"

#include <algorithm>

namespace berth {

BusyMap::BusyMap(std::size_t gpus, Window window)
    : window_(window),
      // At least one, so that a row of an empty fleet has an address.
      words_per_slot_(std::max<std::size_t>(GpuSet::words_for(gpus), 1)),
      words_(static_cast<std::size_t>(window.slots()) * words_per_slot_) {}

void BusyMap::refresh(std::uint32_t position, std::span<const Held> held, Window slots) {
    const GpuSet::Word bit = GpuSet::Word{1} << (position % GpuSet::word_bits);
    const std::size_t word = position / GpuSet::word_bits;
    auto next = held.begin();
    for (Slot slot = slots.first; slot < slots.last; slot = slot + 1) {
        while (next != held.end() && next->slots.last <= slot) ++next;
        const bool busy = next != held.end() && next->slots.first <= slot;
        GpuSet::Word& at = words_[row(slot) + word];
        at = busy ? (at | bit) : (at & ~bit);
    }
}

void BusyMap::roll_to(Slot first) {
    const auto passed = static_cast<std::ptrdiff_t>(std::min(row(first), words_.size()));
    std::shift_left(words_.begin(), words_.end(), passed);
    window_ = {first, first + window_.slots()};
}

}  // namespace berth
