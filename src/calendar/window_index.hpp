// Counts of free GPUs and nodes for every window of up to `longest` slots (count_table.hpp), by
// family; over the whole fleet they add up, unless nodes mix families. Derived from the
// HoldingBook, and kept in step with it:
//
//     index.begin_change(book, gpus, slots);
//     ... change what these GPUs hold within these slots ...
//     index.end_change(book);
//
// It covers somewhat more than the horizon, and rolls on when the horizon reaches its end. A window
// that would reach beyond its end counts as not free. Columns before the current slot are stale.
#pragma once

#include <memory>
#include <vector>

#include "calendar/busy_map.hpp"
#include "calendar/count_table.hpp"
#include "calendar/fleet_layout.hpp"
#include "calendar/holding_book.hpp"

namespace berth {

class WindowIndex {
public:
    WindowIndex(std::shared_ptr<const FleetLayout> layout, const HoldingBook& book, Slot current,
                CalendarLimits limits);

    [[nodiscard]] Window window() const { return busy_.window(); }
    [[nodiscard]] int longest() const { return longest_; }
    [[nodiscard]] const BusyMap& busy() const { return busy_; }
    [[nodiscard]] const CountTable& family(Family family) const { return tables_[family]; }
    // Precondition: a node mixes families. (Otherwise the families add up to this.)
    [[nodiscard]] const CountTable& whole_fleet() const { return tables_.back(); }
    // The column of a slot in the rows of its tables.
    [[nodiscard]] int column(Slot slot) const { return slot - window().first; }

    void begin_change(const HoldingBook& book, std::span<const GpuIndex> gpus, Window slots);
    void end_change(const HoldingBook& book);
    // As a change: GPUs have gone or come back, and nothing else differs. `gpus` are those.
    void change_health(const HoldingBook& book, std::shared_ptr<const FleetLayout> layout,
                       std::span<const GpuIndex> gpus);
    // Goes on to this current slot.
    void advance(const HoldingBook& book, Slot current);

    // Whether reading everything anew gives the same, but for what is stale.
    [[nodiscard]] bool equals_rebuild(const HoldingBook& book) const;

private:
    // Between begin_change() and end_change(): which columns, and what was free there.
    struct Change {
        std::vector<GpuIndex> gpus;
        Window slots;
        Window columns;  // the slots at which a window may begin that the change reaches
        int first_block = 0;
        int blocks = 0;  // that cover the columns
        std::vector<NodeIndex> nodes;
        std::vector<FreeLength> before;  // a row for every GPU of the nodes
        std::vector<FreeLength> after;
        std::vector<FreeLength> scratch;
    };

    [[nodiscard]] int width() const { return change_.blocks * block_size; }
    void read_lengths(const HoldingBook& book, GpuIndex gpu, FreeLength* row) const;
    void free_lengths(GpuIndex gpu, std::span<const Held> held, Window columns,
                      FreeLength* into) const;
    void shift_node(const FleetLayout::NodePlace& node, std::size_t row);
    void shift_rows(CountTable& table, const FleetLayout::NodePlace& node, std::size_t row,
                    std::span<const GpuIndex> gpus);
    void fill(const HoldingBook& book, Slot from);
    void fill_block(std::span<const std::span<const Held>> held, Slot first);

    std::shared_ptr<const FleetLayout> layout_;
    Slot current_;
    std::int32_t horizon_slots_;
    int longest_;
    std::vector<FreeLength> countdown_;  // longest_, ..., 2, 1
    BusyMap busy_;
    std::vector<CountTable> tables_;  // by family, then the whole fleet if a node mixes them
    Change change_;
};

}  // namespace berth
