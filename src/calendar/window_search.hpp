// The earliest or latest window in which a wish fits. For most wishes one row of the window index
// a family has the answer; for the others there is the CheckedSearch.
#pragma once

#include <optional>
#include <vector>

#include "calendar/selection.hpp"
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

    [[nodiscard]] std::optional<Slot> earliest_start(Starts starts) const;
    [[nodiscard]] std::optional<Slot> latest_start(Starts starts) const;
    // Precondition: the wish fits in the window that starts there.
    [[nodiscard]] Placement placed_at(Slot start) const;

private:
    [[nodiscard]] bool rows_decide() const;
    // The tables of which one must have `row` at `least`.
    void for_each_table(auto&& visit) const;
    [[nodiscard]] Window window_at(Slot start) const { return {start, start + slots_}; }

    const CalendarTables& tables_;
    const GpuWish& wish_;
    const std::int32_t slots_;
    Selection selection_;
    RowName row_;
    Count least_ = 1;
};

// The same for exactly these GPUs, ascending.
std::optional<Placement> earliest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                     std::int32_t slots, Starts starts);
std::optional<Placement> latest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                   std::int32_t slots, Starts starts);

}  // namespace berth
