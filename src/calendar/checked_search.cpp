#include "calendar/checked_search.hpp"

#include <algorithm>
#include <bit>

namespace berth {

CheckedSearch::CheckedSearch(const CalendarTables& tables, const GpuWish& wish, std::int32_t slots,
                             const Selection& selection)
    : tables_(tables),
      wish_(wish),
      slots_(slots),
      selection_(selection),
      wanted_(selected_gpus(*tables.layout, *tables.fleet, wish.selector, selection)),
      extent_(wanted_.extent()),
      choice_(*tables.layout, *tables.fleet, wish, wanted_) {
    // A longer window is free only if each piece of it is that has rows of its own.
    const int piece = std::min(slots, tables.index.longest());
    for (int offset = 0; offset + piece < slots; offset += piece) demand(offset, piece);
    demand(slots - piece, piece);
}

void CheckedSearch::demand(int offset, int length) {
    demand_gpus(offset, length);
    if (wish_.per_node > 0) {
        // As many as there would be if all were as large as the largest.
        const int pieces = wish_.count / wish_.per_node;
        const int on_largest = std::max(tables_.layout->largest_node / wish_.per_node, 1);
        demand_nodes(offset, length, wish_.per_node, (pieces + on_largest - 1) / on_largest);
    } else if (wish_.spread.kind == Spread::Kind::same_node) {
        demand_nodes(offset, length, wish_.count, 1);
    }
}

// At least so many nodes with so many GPUs each.
void CheckedSearch::demand_nodes(int offset, int length, int gpus, int nodes) {
    Condition a_node{
        .tables = {}, .row = {gpus, length}, .offset = offset, .least = static_cast<Count>(nodes)};
    const auto add = [&](const CountTable& table) {
        if (gpus <= table.levels()) a_node.tables.push_back(&table);
    };
    if (tables_.layout->a_node_mixes_families && selection_.family_count > 1) {
        add(tables_.index.whole_fleet());
    } else {
        selection_.for_each_family([&](Family family) { add(tables_.index.family(family)); });
    }
    conditions_.push_back(std::move(a_node));
}

void CheckedSearch::demand_gpus(int offset, int length) {
    Condition enough{.tables = {},
                     .row = {RowName::gpus, length},
                     .offset = offset,
                     .least = static_cast<Count>(wish_.count)};
    selection_.for_each_family(
        [&](Family family) { enough.tables.push_back(&tables_.index.family(family)); });
    conditions_.push_back(std::move(enough));
}

std::optional<Slot> CheckedSearch::earliest_start(Slot first, Slot last) const {
    const WindowIndex& index = tables_.index;
    while (first <= last) {
        const auto column = first_candidate(index.column(first), index.column(last));
        if (!column) return {};
        const Slot start = index.window().first + *column;
        const auto slots = misfit(start, From::back);
        if (!slots && tables_.has_length({start, start + slots_})) return start;
        first = start + (slots ? slots_ - *slots + 1 : 1);
    }
    return {};
}

std::optional<Slot> CheckedSearch::latest_start(Slot first, Slot last) const {
    const WindowIndex& index = tables_.index;
    while (first <= last) {
        const auto column = last_candidate(index.column(first), index.column(last));
        if (!column) return {};
        const Slot start = index.window().first + *column;
        const auto slots = misfit(start, From::front);
        if (!slots && tables_.has_length({start, start + slots_})) return start;
        last = start - (slots ? slots_ - *slots + 1 : 1);
    }
    return {};
}

// A bit for each of the block_size windows that begin at `column` and after it.
std::uint32_t CheckedSearch::may_fit(int column) const {
    static_assert(block_size == 32);
    std::uint32_t met = ~0U;
    for (const Condition& condition : conditions_) {
        std::array<Count, block_size> sums{};
        for (const CountTable* table : condition.tables) {
            table->add_to(sums, condition.row, column + condition.offset);
        }
        std::uint32_t here = 0;
        for (std::size_t i = 0; i < block_size; ++i) {
            here |= static_cast<std::uint32_t>(sums[i] >= condition.least) << i;
        }
        met &= here;
        if (met == 0) break;
    }
    return met;
}

std::optional<int> CheckedSearch::first_candidate(int from, int to) const {
    for (int column = from; column <= to; column += block_size) {
        const std::uint32_t met = may_fit(column);
        if (met == 0) continue;
        const int first = column + std::countr_zero(met);
        if (first <= to) return first;
    }
    return {};
}

std::optional<int> CheckedSearch::last_candidate(int from, int to) const {
    for (int end = to; end >= from; end -= block_size) {
        const int column = std::max(end - block_size + 1, 0);
        const std::uint32_t wanted = ~0U >> (block_size - 1 - (end - column));
        const std::uint32_t met = may_fit(column) & wanted;
        if (met == 0) continue;
        const int last = column + block_size - 1 - std::countl_zero(met);
        if (last >= from) return last;
    }
    return {};
}

// Nothing when the wish fits in the window at `start`. Else the least number of its slots, counted
// from that side, in which it does not fit: then it fits in no window that contains these.
std::optional<int> CheckedSearch::misfit(Slot start, From side) const {
    GpuSet free = wanted_;
    int fits = 0;
    int fails = 0;
    while (fails == 0 && fits < slots_) {
        const int next = std::min(2 * fits + 1, slots_);
        GpuSet left = without(free, start, side, fits, next);
        if (choice_.fits(left)) {
            fits = next;
            free = std::move(left);
        } else {
            fails = next;
        }
    }
    if (fails == 0) return {};
    while (fails - fits > 1) {
        const int middle = (fits + fails) / 2;
        GpuSet left = without(free, start, side, fits, middle);
        if (choice_.fits(left)) {
            fits = middle;
            free = std::move(left);
        } else {
            fails = middle;
        }
    }
    return fails;
}

// What remains of `free` in the slots [from, to) of the window, counted from that side.
GpuSet CheckedSearch::without(const GpuSet& free, Slot start, From side, int from, int to) const {
    const Slot end = start + slots_;
    return tables_.free_in(
        free, side == From::front ? Window{start + from, start + to} : Window{end - to, end - from},
        extent_);
}

}  // namespace berth
