// The search for wishes that no row of the window index decides: long windows, parts of a family,
// one value of a label, some of the families. Several rows together name the windows that may fit;
// each of them is checked GPU by GPU, and a check that fails also says how far to skip.
#pragma once

#include <optional>
#include <vector>

#include "calendar/gpu_choice.hpp"
#include "calendar/selection.hpp"
#include "calendar/tables.hpp"

namespace berth {

class CheckedSearch {
public:
    // Keeps references to the first two.
    CheckedSearch(const CalendarTables& tables, const GpuWish& wish, std::int32_t slots,
                  const Selection& selection);
    CheckedSearch(const CheckedSearch&) = delete;
    CheckedSearch& operator=(const CheckedSearch&) = delete;

    // Within [first, last]. Precondition: all windows that begin there lie within the horizon.
    [[nodiscard]] std::optional<Slot> earliest_start(Slot first, Slot last) const;
    [[nodiscard]] std::optional<Slot> latest_start(Slot first, Slot last) const;

private:
    // A window at column t may fit only if the sum of row[t + offset] over the tables is at least
    // `least`.
    struct Condition {
        std::vector<const CountTable*> tables;
        RowName row;
        int offset = 0;
        Count least = 1;
    };
    enum class From { front, back };

    void demand(int offset, int length);
    void demand_gpus(int offset, int length);
    void demand_nodes(int offset, int length, int gpus, int nodes);
    [[nodiscard]] std::uint32_t may_fit(int column) const;
    [[nodiscard]] std::optional<int> first_candidate(int from, int to) const;
    [[nodiscard]] std::optional<int> last_candidate(int from, int to) const;
    [[nodiscard]] std::optional<int> misfit(Slot start, From side) const;
    [[nodiscard]] GpuSet without(const GpuSet& free, Slot start, From side, int from, int to) const;

    const CalendarTables& tables_;
    const GpuWish& wish_;
    const std::int32_t slots_;
    Selection selection_;
    GpuSet wanted_;
    GpuSet::Extent extent_;  // of wanted_
    GpuChoice choice_;
    std::vector<Condition> conditions_;
};

}  // namespace berth
