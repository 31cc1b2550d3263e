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

    // Valid until the next store().
    [[nodiscard]] std::span<const GpuIndex> at(Place place) const {
        return std::span(cells_).subspan(place.first, place.count);
    }

    Place store(std::span<const GpuIndex> gpus) {
        const auto count = static_cast<std::uint32_t>(gpus.size());
        const Place place{room_for(count), count};
        std::ranges::copy(gpus, cells_.begin() + place.first);
        return place;
    }

    void drop(Place place) { spare_[size_class(place.count)].push_back(place.first); }

private:
    static std::size_t size_class(std::uint32_t count) {
        return static_cast<std::size_t>(std::countr_zero(std::bit_ceil(count)));
    }

    std::uint32_t room_for(std::uint32_t count) {
        std::vector<std::uint32_t>& spare = spare_[size_class(count)];
        if (spare.empty()) {
            const auto first = static_cast<std::uint32_t>(cells_.size());
            cells_.resize(cells_.size() + std::bit_ceil(count));
            return first;
        }
        const std::uint32_t first = spare.back();
        spare.pop_back();
        return first;
    }

    std::vector<GpuIndex> cells_;
    std::array<std::vector<std::uint32_t>, 32> spare_;
};

}  // namespace berth
