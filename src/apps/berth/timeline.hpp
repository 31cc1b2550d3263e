// A calendar drawn in letters: a row for each GPU, a column for each slot (or for several, where
// the terminal is narrow), a letter and a colour for each team.
//
//     GPU      |Mon 30 Nov  |Tue 1 Dec
//              |0  6  12 18 |0  6  12 18
//     node1/0  |..........VV|VVVV........
//     V vision   1 booking, 12 GPU-hours
#pragma once

#include <string>

#include "apps/berth/timetable.hpp"
#include "time/slot_grid.hpp"

namespace berth::cli {

enum class Colours { no, yes };

struct TimelineOptions {
    int width = 100;  // columns of the terminal
    Colours colours = Colours::no;
};

std::string draw_timeline(const Timetable& table, const SlotGrid& grid,
                          const TimelineOptions& options);

}  // namespace berth::cli
