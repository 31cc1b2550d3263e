// Every number in the rows of the window index against a count by hand. A search would forgive
// numbers that are too large, as it checks what it finds; it would only be slow.
#include "calendar/window_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "calendar/random_site.hpp"
#include "calendar/tables.hpp"

namespace berth::test {
namespace {

class CountedByHand {
public:
    explicit CountedByHand(std::uint32_t seed) : CountedByHand(Dice(seed)) {}

    void step(std::uint32_t seed) {
        Dice dice(seed);
        if (dice.one_in(4)) {
            release(dice);
        } else if (dice.one_in(4)) {
            advance(dice);
        } else {
            claim(dice);
        }
    }

    void compare() const {
        const WindowIndex& index = tables_.index;
        for (Slot start = tables_.current; start < index.window().last; start = start + 1) {
            for (int length = 1; length <= index.longest(); ++length) compare(start, length);
        }
    }

private:
    explicit CountedByHand(Dice dice)
        : place_(random_place(dice)),
          tables_(std::make_shared<Fleet>(*Fleet::make(random_inventory(dice))),
                  *SlotGrid::make(place_.zone, place_.slot_length), place_.now,
                  {.horizon_slots = dice.between(5, 40), .indexed_slots = dice.between(1, 7)}) {}

    void claim(Dice& dice) {
        const GpuIndex gpu{
            static_cast<std::uint32_t>(dice.below(static_cast<int>(tables_.fleet->gpus().size())))};
        const Span span = random_span(tables_.grid, tables_.now, 60, dice);
        if (!tables_.book.is_free(gpu, span)) return;
        const Holder holder{++last_holder_};
        const Window slots = tables_.slots_held_by(span);
        tables_.index.begin_change(tables_.book, std::span(&gpu, 1), slots);
        tables_.book.add(holder, {span, {gpu}}, slots);
        tables_.index.end_change(tables_.book);
        holders_[holder.number] = gpu;
    }

    void release(Dice& dice) {
        if (holders_.empty()) return;
        const auto it = std::next(holders_.begin(), dice.below(static_cast<int>(holders_.size())));
        release(Holder{it->first});
    }

    void release(Holder holder) {
        const GpuIndex gpu = holders_.at(holder.number);
        tables_.index.begin_change(tables_.book, std::span(&gpu, 1), tables_.book.slots_of(holder));
        tables_.book.remove(holder);
        tables_.index.end_change(tables_.book);
        holders_.erase(holder.number);
    }

    void advance(Dice& dice) {
        tables_.now += std::chrono::minutes(dice.below(dice.one_in(5) ? 20'000 : 400));
        tables_.current = tables_.slot_at(tables_.now);
        tables_.index.advance(tables_.book, tables_.current);
        while (const auto ended = tables_.book.next_ended(tables_.now)) release(*ended);
    }

    [[nodiscard]] bool is_free(const Gpu& gpu, Slot start, int length) const {
        if (gpu.spec.health != Health::healthy) return false;
        if (start + length > tables_.index.window().last) return false;
        Span span = tables_.grid.span_of({start, start + length});
        span.from = std::max(span.from, tables_.now);
        return tables_.book.is_free(gpu.index, span);
    }

    void compare(Slot start, int length) const {
        const auto column = static_cast<std::size_t>(tables_.index.column(start));
        const FleetLayout& layout = *tables_.layout;
        std::map<std::pair<std::uint32_t, Family>, int> by_group;
        std::map<std::uint32_t, int> by_node;
        std::map<Family, int> by_family;
        for (const Gpu& gpu : tables_.fleet->gpus()) {
            if (!is_free(gpu, start, length)) continue;
            const Family family = layout.family_of_class[gpu.gpu_class.value];
            ++by_group[{gpu.node.value, family}];
            ++by_node[gpu.node.value];
            ++by_family[family];
        }
        for (Family family = 0; family < layout.family_count(); ++family) {
            const CountTable& table = tables_.index.family(family);
            RC_ASSERT(table.gpus_free(length)[column] == by_family[family]);
            for (int level = 1; level <= table.levels(); ++level) {
                const auto nodes = std::ranges::count_if(by_group, [&](const auto& group) {
                    return group.first.second == family && group.second >= level;
                });
                RC_ASSERT(table.nodes_free(level, length)[column] == nodes);
            }
        }
        if (!layout.a_node_mixes_families) return;
        const CountTable& whole = tables_.index.whole_fleet();
        for (int level = 1; level <= whole.levels(); ++level) {
            const auto nodes = std::ranges::count_if(
                by_node, [&](const auto& node) { return node.second >= level; });
            RC_ASSERT(whole.nodes_free(level, length)[column] == nodes);
        }
    }

    Place place_;
    CalendarTables tables_;
    std::map<std::uint64_t, GpuIndex> holders_;
    std::uint64_t last_holder_ = 0;
};

RC_GTEST_PROP(WindowIndex, counts_as_one_would_by_hand,
              (std::uint32_t site, const std::vector<std::uint32_t>& steps)) {
    CountedByHand counted(site);
    for (const std::uint32_t step : steps) counted.step(step);
    counted.compare();
}

}  // namespace
}  // namespace berth::test
