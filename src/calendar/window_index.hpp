// Counts of free GPUs and nodes for every window of up to `longest` slots (count_table.hpp), by
// family, and over the whole fleet. Derived from what is held: whoever changes that says so here.
//
// It covers somewhat more than the horizon, and rolls on when the horizon reaches its end. A window
// that would reach beyond its end counts as not free. Columns before the current slot are stale.
#pragma once

#include <memory>
#include <vector>

#include "calendar/busy_map.hpp"
#include "calendar/calendar.hpp"
#include "calendar/count_table.hpp"
#include "calendar/fleet_layout.hpp"

namespace berth {

class WindowIndex {
public:
    // Nothing in it means anything until it was filled from its first slot on.
    WindowIndex(std::shared_ptr<const FleetLayout> layout, Slot current, CalendarLimits limits);

    [[nodiscard]] Window window() const { return busy_.window(); }
    [[nodiscard]] int longest() const { return longest_; }
    [[nodiscard]] const BusyMap& busy() const { return busy_; }
    [[nodiscard]] const CountTable& family(Family family) const { return tables_[family]; }
    // Counts nodes only when a node mixes families. (Otherwise the families' add up to these.)
    [[nodiscard]] const CountTable& whole_fleet() const { return tables_.back(); }
    // The column of a slot in its tables.
    [[nodiscard]] int column(Slot slot) const { return slot - window().first; }

    // These GPUs are held in these slots from now on, or free.
    void take(std::span<const GpuIndex> gpus, Window slots);
    void give_back(std::span<const GpuIndex> gpus, Window slots);
    // Only the health of GPUs differs. `gpus` are those that have gone or come back; what came back
    // counts as free until it is taken.
    void change_health(std::shared_ptr<const FleetLayout> layout, std::span<const GpuIndex> gpus);

    // Goes on to this current slot. Returns the first slot that is to be filled: the window's end
    // when none is.
    [[nodiscard]] Slot advance(Slot current);
    // Rebuilds it: as if nothing was held from this slot on, then what is, then the counts.
    void begin_fill(Slot from);
    void fill(std::span<const GpuIndex> gpus, Window slots);
    void end_fill(Slot from);

    // Whether the two are equal, but for what is stale.
    [[nodiscard]] bool equals(const WindowIndex& other) const;

private:
    enum class Use { held, free, out_of_order };

    // An octet of which some bits change.
    struct Touched {
        std::uint32_t octet = 0;
        OctetBits bits = 0;
    };
    // Columns of an octet that are held.
    struct ToFill {
        std::uint32_t octet = 0;
        int column = 0;
        int count = 0;
        OctetBits bits = 0;
    };
    // The columns that change, and the blocks of those at which a window begins that contains one.
    struct Reach {
        int first = 0;
        int last = 0;
        int first_block = 0;
        int blocks = 0;
    };

    [[nodiscard]] Reach reach_of(Window slots) const;
    [[nodiscard]] std::size_t width(const Reach& reach) const;
    // Counts GPUs of all families, if that is not what the only family does.
    [[nodiscard]] CountTable* total();
    void change(std::span<const GpuIndex> gpus, Window slots, Use use);
    void add_to_octets();
    void find_touched(std::span<const GpuIndex> gpus, Use use);
    void prepare_after(const Reach& reach, Use use);
    [[nodiscard]] OctetChange change_of(std::uint32_t octet, const Reach& reach) const;
    void count_changes(const Reach& reach);
    void change_wide(CountTable& table, Octets octets, const Reach& reach, CountTable* total);
    void count_narrow_groups(int first_block);
    void count_wide(CountTable& table, Octets octets, int first_block, CountTable* total);

    std::shared_ptr<const FleetLayout> layout_;
    Slot current_;
    std::int32_t horizon_slots_;
    int longest_;
    BusyMap busy_;
    std::vector<CountTable> tables_;  // by family, then the whole fleet
    std::vector<ToFill> to_fill_;
    // Of the change in progress.
    std::vector<Touched> touched_;
    std::vector<OctetBits> after_;                  // a row for each octet touched
    std::vector<std::vector<OctetChange>> narrow_;  // by family
};

}  // namespace berth
