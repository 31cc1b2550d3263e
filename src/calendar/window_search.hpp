// The earliest or latest window in which a wish fits. The rows of the window index name the windows
// that may fit. For most wishes they are exact and one scan answers; where they are only necessary
// (long windows, parts of a family, one value of a label), each window they name is checked GPU by
// GPU, and a check that fails also says how far to skip.
#pragma once

#include "calendar/gpu_choice.hpp"
#include "calendar/row_scan.hpp"
#include "calendar/tables.hpp"

namespace berth {

// Where a window may start: [first, last].
struct Starts {
    Slot first;
    Slot last;
};

class WindowSearch {
public:
    // Keeps references to both.
    WindowSearch(const CalendarTables& tables, const GpuWish& wish, std::int32_t slots);
    WindowSearch(const WindowSearch&) = delete;
    WindowSearch& operator=(const WindowSearch&) = delete;

    [[nodiscard]] std::optional<Placement> earliest(Starts starts) const;
    [[nodiscard]] std::optional<Placement> latest(Starts starts) const;

private:
    void demand_windows(int offset, int length);
    void demand_gpus(int offset, int length);
    void demand_node(int offset, int length);
    [[nodiscard]] std::optional<Placement> placed_at(Slot start) const;
    [[nodiscard]] Slot next_start_after(Slot start) const;
    [[nodiscard]] Slot next_start_before(Slot start) const;

    const CalendarTables& tables_;
    const GpuWish& wish_;
    const std::int32_t slots_;
    Selection selection_;
    GpuChoice choice_;
    bool exact_;  // whether a window that meets the conditions is one in which the wish fits
    std::vector<RowCondition> conditions_;
};

// The same for exactly these GPUs, ascending.
std::optional<Placement> earliest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                     std::int32_t slots, Starts starts);
std::optional<Placement> latest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                   std::int32_t slots, Starts starts);

}  // namespace berth
