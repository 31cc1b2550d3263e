#include "calendar/window_search.hpp"

#include <algorithm>
#include <utility>

namespace berth {
namespace {

// The starts for which the window lies ahead of now and within the horizon.
Starts within_horizon(const CalendarTables& tables, std::int32_t slots, Starts starts) {
    return {std::max(starts.first, tables.next_edge()),
            std::min(starts.last, tables.horizon() - slots)};
}

bool can_be_booked(const CalendarTables& tables, std::span<const GpuIndex> gpus) {
    return !gpus.empty() && std::ranges::all_of(gpus, [&](GpuIndex gpu) {
        return tables.layout->healthy.contains(tables.layout->position_of[gpu.value]);
    });
}

}  // namespace

WindowSearch::WindowSearch(const CalendarTables& tables, const GpuWish& wish, std::int32_t slots)
    : tables_(tables),
      wish_(wish),
      slots_(slots),
      selection_(select(*tables.layout, *tables.fleet, wish.selector)),
      choice_(*tables.layout, *tables.fleet, wish, selection_.gpus),
      exact_(selection_.whole_families && wish.spread.kind != Spread::Kind::same_label &&
             slots <= tables.index.longest()) {
    // A longer window is free only if each piece of it is that has rows of its own.
    const int piece = std::min(slots, tables.index.longest());
    for (int offset = 0; offset + piece < slots; offset += piece) demand_windows(offset, piece);
    demand_windows(slots - piece, piece);
}

void WindowSearch::demand_windows(int offset, int length) {
    if (wish_.spread.kind == Spread::Kind::same_node) {
        demand_node(offset, length);
    } else {
        demand_gpus(offset, length);
    }
}

void WindowSearch::demand_gpus(int offset, int length) {
    RowCondition enough{.rows = {}, .offset = offset, .least = static_cast<Count>(wish_.count)};
    for (const Family family : selection_.families) {
        enough.rows.push_back(tables_.index.family(family).gpus_free(length));
    }
    conditions_.push_back(std::move(enough));
}

void WindowSearch::demand_node(int offset, int length) {
    RowCondition a_node{.rows = {}, .offset = offset, .least = 1};
    const auto add_row = [&](const CountTable& table) {
        if (wish_.count > table.levels()) return;
        a_node.rows.push_back(table.nodes_free(wish_.count, length));
    };
    // On nodes that mix families, GPUs of several may add up to enough, and only the whole fleet
    // has a row that counts them together.
    const bool mixed = tables_.layout->a_node_mixes_families && selection_.families.size() > 1;
    if (mixed) {
        add_row(tables_.index.whole_fleet());
    } else {
        for (const Family family : selection_.families) add_row(tables_.index.family(family));
    }
    conditions_.push_back(std::move(a_node));
    if (!mixed || selection_.whole_fleet) return;
    demand_gpus(offset, length);
    exact_ = false;
}

std::optional<Placement> WindowSearch::earliest(Starts starts) const {
    auto [first, last] = within_horizon(tables_, slots_, starts);
    const WindowIndex& index = tables_.index;
    while (first <= last) {
        const auto column = first_column(conditions_, index.column(first), index.column(last));
        if (!column) return {};
        const Slot start = index.window().first + *column;
        if (auto placed = placed_at(start)) return placed;
        first = exact_ ? start + 1 : next_start_after(start);
    }
    return {};
}

std::optional<Placement> WindowSearch::latest(Starts starts) const {
    auto [first, last] = within_horizon(tables_, slots_, starts);
    const WindowIndex& index = tables_.index;
    while (first <= last) {
        const auto column = last_column(conditions_, index.column(first), index.column(last));
        if (!column) return {};
        const Slot start = index.window().first + *column;
        if (auto placed = placed_at(start)) return placed;
        last = exact_ ? start - 1 : next_start_before(start);
    }
    return {};
}

std::optional<Placement> WindowSearch::placed_at(Slot start) const {
    const Window slots{start, start + slots_};
    const Span span = tables_.edges.span_of(slots);
    // Slots that the clocks skip have no length.
    if (span.empty()) return {};
    std::vector<GpuIndex> gpus = choice_.choose(tables_.free_in(selection_.gpus, slots));
    if (gpus.empty() || tables_.book.first_clash(gpus, span, {})) return {};
    return Placement{span, std::move(gpus)};
}

// The wish does not fit at `start`. When it does not fit even in the window's last slots alone,
// then no window that contains these slots needs to be looked at.
Slot WindowSearch::next_start_after(Slot start) const {
    GpuSet free = selection_.gpus;
    std::int32_t next_check = 1;
    for (std::int32_t taken = 1; taken <= slots_; ++taken) {
        const Slot slot = start + (slots_ - taken);
        free.remove(tables_.index.busy().busy_in(slot));
        if (taken != next_check) continue;
        if (!choice_.fits(free)) return slot + 1;
        next_check *= 2;
    }
    return start + 1;
}

// The same from the other side.
Slot WindowSearch::next_start_before(Slot start) const {
    GpuSet free = selection_.gpus;
    std::int32_t next_check = 1;
    for (std::int32_t taken = 1; taken <= slots_; ++taken) {
        free.remove(tables_.index.busy().busy_in(start + (taken - 1)));
        if (taken != next_check) continue;
        if (!choice_.fits(free)) return start + (taken - 1 - slots_);
        next_check *= 2;
    }
    return start - 1;
}

std::optional<Placement> earliest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                     std::int32_t slots, Starts starts) {
    if (!can_be_booked(tables, gpus)) return {};
    auto [first, last] = within_horizon(tables, slots, starts);
    while (first <= last) {
        const Span span = tables.edges.span_of({first, first + slots});
        Slot next = first;
        for (const GpuIndex gpu : gpus) {
            const Held* const held = tables.book.last_in(gpu, span);
            if (held != nullptr) next = std::max(next, held->slots.last);
        }
        if (next == first && !span.empty()) return Placement{span, std::move(gpus)};
        first = std::max(next, first + 1);
    }
    return {};
}

std::optional<Placement> latest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                   std::int32_t slots, Starts starts) {
    if (!can_be_booked(tables, gpus)) return {};
    auto [first, last] = within_horizon(tables, slots, starts);
    while (first <= last) {
        const Span span = tables.edges.span_of({last, last + slots});
        Slot end = last + slots;
        for (const GpuIndex gpu : gpus) {
            const Held* const held = tables.book.first_in(gpu, span);
            if (held != nullptr) end = std::min(end, held->slots.first);
        }
        if (end == last + slots && !span.empty()) return Placement{span, std::move(gpus)};
        last = std::min(end - slots, last - 1);
    }
    return {};
}

}  // namespace berth
