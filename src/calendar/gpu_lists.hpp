// Many short lists of GPUs in one piece of memory. A list gets room for the next power of two, and
// what is dropped is used again for lists of the same room.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"

namespace berth {

class GpuLists {
public:
    struct Place {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };

    // How many cells a list of so many GPUs takes.
    static std::size_t room_for(std::size_t count) { return std::bit_ceil(count); }
    void reserve(std::size_t cells) { cells_.reserve(cells); }

    // Valid until the next store().
    [[nodiscard]] std::span<const GpuIndex> at(Place place) const {
        return std::span(cells_).subspan(place.first, place.count);
    }

    Place store(std::span<const GpuIndex> gpus) {
        const Place place{find_room(gpus.size()), static_cast<std::uint32_t>(gpus.size())};
        std::ranges::copy(gpus, cells_.begin() + place.first);
        return place;
    }

    void drop(Place place) { spare_of(place.count).push_back(place.first); }

private:
    std::vector<std::uint32_t>& spare_of(std::size_t count) {
        return spare_[static_cast<std::size_t>(std::countr_zero(room_for(count)))];
    }

    std::uint32_t find_room(std::size_t count) {
        std::vector<std::uint32_t>& spare = spare_of(count);
        if (spare.empty()) {
            const auto first = static_cast<std::uint32_t>(cells_.size());
            cells_.resize(cells_.size() + room_for(count));
            return first;
        }
        const std::uint32_t first = spare.back();
        spare.pop_back();
        return first;
    }

    std::vector<GpuIndex> cells_;
    std::array<std::vector<std::uint32_t>, 32> spare_;  // by the room's power of two
};

}  // namespace berth
