#include "bench/request_maker.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace berth::bench {

RequestMaker::RequestMaker(const RequestShape& shape)
    : shape_(shape),
      random_(shape.seed),
      taken_(static_cast<std::size_t>(shape.gpus),
             std::vector<bool>(static_cast<std::size_t>(shape.horizon_slots))) {}

Booking RequestMaker::next() {
    constexpr int tries = 10'000;
    for (int i = 0; i < tries; ++i) {
        const Booking booking = draw();
        if (!is_free(booking)) continue;
        take(booking);
        return booking;
    }
    throw std::runtime_error("the calendar is too full for another request");
}

// std::uniform_int_distribution may differ between libraries; this does not. The slight bias
// towards small numbers is of no weight here.
int RequestMaker::below(int limit) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(limit));
}

Booking RequestMaker::draw() {
    const int node = below(shape_.gpus / shape_.gpus_per_node);
    const int count = 1 + below(std::min(shape_.most_gpus, shape_.gpus_per_node));
    std::vector<int> devices(static_cast<std::size_t>(shape_.gpus_per_node));
    std::iota(devices.begin(), devices.end(), node * shape_.gpus_per_node);
    for (int i = 0; i < count; ++i) {
        const int other = i + below(shape_.gpus_per_node - i);
        std::swap(devices[static_cast<std::size_t>(i)], devices[static_cast<std::size_t>(other)]);
    }
    devices.resize(static_cast<std::size_t>(count));
    std::ranges::sort(devices);
    const int slots = 1 + below(shape_.most_slots);
    return {std::move(devices), below(shape_.horizon_slots - slots), slots};
}

bool RequestMaker::is_free(const Booking& booking) const {
    return std::ranges::none_of(booking.gpus, [&](int gpu) {
        const auto first = taken_[static_cast<std::size_t>(gpu)].begin() + booking.first_slot;
        return std::any_of(first, first + booking.slots, [](bool taken) { return taken; });
    });
}

void RequestMaker::take(const Booking& booking) {
    for (const int gpu : booking.gpus) {
        const auto first = taken_[static_cast<std::size_t>(gpu)].begin() + booking.first_slot;
        std::fill(first, first + booking.slots, true);
    }
}

}  // namespace berth::bench
