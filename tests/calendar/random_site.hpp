// Random fleets, wishes and times, drawn from a seed so that a failing case can be named and
// shrunk.
#pragma once

#include <initializer_list>
#include <memory>
#include <random>
#include <string>

#include "calendar/calendar.hpp"

namespace berth::test {

class Dice {
public:
    explicit Dice(std::uint32_t seed) : bits_(seed) {}

    // From 0 to below `end`.
    int below(int end) { return static_cast<int>(bits_() % static_cast<std::uint32_t>(end)); }
    int between(int least, int most) { return least + below(most - least + 1); }
    bool one_in(int times) { return below(times) == 0; }
    template <class Value>
    Value one_of(std::initializer_list<Value> values) {
        return values.begin()[below(static_cast<int>(values.size()))];
    }

private:
    std::mt19937 bits_;
};

// Some GPUs on some nodes of 1 to 20, of several models, often mixed on a node; labels name racks,
// and sometimes hosts, so that every node is a class of its own.
std::vector<GpuSpec> random_inventory(Dice& dice);
// The same inventory after some GPUs have gone, come back, appeared or been relabelled.
std::vector<GpuSpec> changed_inventory(const Fleet& fleet, Dice& dice);

GpuSelector random_selector(Dice& dice);
GpuWish random_wish(Dice& dice);

struct Place {
    std::string zone;
    std::chrono::minutes slot_length;
    Instant now;
};

// Often within days of a change of the clocks.
Place random_place(Dice& dice);

// On the grid or off it; it may begin before `now` and end beyond the horizon.
Span random_span(const SlotGrid& grid, Instant now, std::int32_t horizon_slots, Dice& dice);

}  // namespace berth::test
