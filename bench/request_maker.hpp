// Makes reservation requests from a seed. It keeps a calendar of what it has asked for, so that
// every request lies on the grid and asks for GPUs that are free: a server that refuses one is
// wrong.
//
//     RequestMaker maker({.gpus = 32});
//     const Booking booking = maker.next();
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace berth::bench {

struct RequestShape {
    int gpus = 32;
    int gpus_per_node = 4;
    int most_gpus = 4;    // a request asks for 1 to so many GPUs of one node,
    int most_slots = 16;  // for 1 to so many slots
    int horizon_slots = 40'000;
    std::uint64_t seed = 42;
};

struct Booking {
    std::vector<int> gpus;  // in inventory order
    int first_slot = 0;     // counted from the calendar's beginning
    int slots = 0;
};

class RequestMaker {
public:
    explicit RequestMaker(const RequestShape& shape);

    // Throws std::runtime_error when the calendar is too full to find room by chance.
    Booking next();

private:
    int below(int limit);
    Booking draw();
    [[nodiscard]] bool is_free(const Booking& booking) const;
    void take(const Booking& booking);

    RequestShape shape_;
    std::mt19937_64 random_;
    std::vector<std::vector<bool>> taken_;  // by GPU, by slot
};

}  // namespace berth::bench
