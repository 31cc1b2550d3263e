// A site of any size whose calendar is full: 8 GPUs a node, 40 nodes a rack, every third node in
// the same hall, four models on 50, 30, 15 and 5 % of the nodes, a year in slots of two hours. The
// same seed gives the same bookings.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "calendar/calendar.hpp"

namespace berth::bench {

inline constexpr int gpus_per_node = 8;
inline constexpr int nodes_per_rack = 40;
inline constexpr int halls = 3;
inline constexpr int model_count = 4;
// How long a booking of the calendar is, at most.
inline constexpr int longest_booking = 24;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : bits_(seed) {}
    int below(int end) { return static_cast<int>(bits_() % static_cast<std::uint64_t>(end)); }
    int between(int least, int most) { return least + below(most - least + 1); }

private:
    std::mt19937_64 bits_;
};

struct Site {
    std::shared_ptr<const Fleet> fleet;
    SlotGrid grid;
    Instant now;
    CalendarLimits limits;

    [[nodiscard]] Calendar empty_calendar() const { return Calendar(fleet, grid, now, limits); }
    [[nodiscard]] Slot first() const { return grid.slot_at(now); }
};

Site site_of(int gpus);

// The model on the least nodes is the last.
GpuSelector of_model(int model);

struct Request {
    GpuWish wish;
    int slots = 1;
    int not_before = 0;  // slots ahead of the calendar's first
};

// 1 to 8 GPUs for 1 to 24 slots: a third anywhere, a third on one node, a third on one of a model.
Request ordinary_request(Dice& dice);

enum class Shape {
    random_starts,  // U: each booking at a random time
    front_packed,   // F: each booking at its earliest window, first come, first served
};

// Books into an empty calendar until that share of the year is taken.
std::vector<Claim> fill(Calendar& calendar, Shape shape, double share, Dice& dice);

}  // namespace berth::bench
