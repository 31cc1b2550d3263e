// Every number in the rows of the window index against a count by hand. A search would forgive
// numbers that are too large, as it checks what it finds; it would only be slow.
#include "calendar/window_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

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
        } else if (dice.one_in(6)) {
            rebuild(dice);
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
        tables_.add(holder, {&gpu, 1}, span);
        holders_.push_back(holder);
    }

    void release(Dice& dice) {
        if (holders_.empty()) return;
        const auto chosen = holders_.begin() + dice.below(static_cast<int>(holders_.size()));
        tables_.remove(*chosen);
        holders_.erase(chosen);
    }

    void advance(Dice& dice) {
        tables_.advance(tables_.now +
                        std::chrono::minutes(dice.below(dice.one_in(5) ? 20'000 : 400)));
    }

    void rebuild(Dice& dice) {
        const int ahead = dice.below(tables_.index.window().last - tables_.current);
        tables_.rebuild_index(dice.one_in(2) ? tables_.current : tables_.current + ahead);
    }

    [[nodiscard]] bool is_free(const Gpu& gpu, Slot start, int length) const {
        if (gpu.spec.health != Health::healthy) return false;
        if (start + length > tables_.index.window().last) return false;
        Span span = tables_.grid.span_of({start, start + length});
        span.from = std::max(span.from, tables_.now);
        return tables_.book.is_free(gpu.index, span);
    }

    // As both ways to read it say.
    static int number(const CountTable& table, RowName row, int column) {
        std::array<Count, block_size> numbers{};
        table.add_to(numbers, row, column);
        const int number = numbers[0];
        const auto most = static_cast<Count>(number);
        const auto too_many = static_cast<Count>(number + 1);
        RC_ASSERT(table.first_column(row, most, column, column) == column);
        RC_ASSERT(table.last_column(row, most, column, column) == column);
        RC_ASSERT(table.first_column(row, too_many, column, column) == std::nullopt);
        return number;
    }

    void compare(Slot start, int length) const {
        const int column = tables_.index.column(start);
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
            RC_ASSERT(number(table, {RowName::gpus, length}, column) == by_family[family]);
            for (int level = 1; level <= table.levels(); ++level) {
                const auto nodes = std::ranges::count_if(by_group, [&](const auto& group) {
                    return group.first.second == family && group.second >= level;
                });
                RC_ASSERT(number(table, {level, length}, column) == nodes);
            }
        }
        const CountTable& whole = tables_.index.whole_fleet();
        RC_ASSERT(number(whole, {RowName::gpus, length}, column) ==
                  std::accumulate(by_family.begin(), by_family.end(), 0,
                                  [](int sum, const auto& each) { return sum + each.second; }));
        if (!layout.a_node_mixes_families) return;
        for (int level = 1; level <= whole.levels(); ++level) {
            const auto nodes = std::ranges::count_if(
                by_node, [&](const auto& node) { return node.second >= level; });
            RC_ASSERT(number(whole, {level, length}, column) == nodes);
        }
    }

    Place place_;
    CalendarTables tables_;
    std::vector<Holder> holders_;
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
