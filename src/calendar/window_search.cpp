#include "calendar/window_search.hpp"

#include <algorithm>
#include <utility>

#include "calendar/checked_search.hpp"
#include "calendar/gpu_choice.hpp"

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
      selection_(select(*tables.layout, *tables.fleet, wish.selector)) {
    if (wish.spread.kind == Spread::Kind::same_node) {
        row_ = {wish.count, slots};
    } else {
        row_ = {RowName::gpus, slots};
        least_ = static_cast<Count>(wish.count);
    }
}

bool WindowSearch::rows_decide() const {
    if (wish_.per_node > 0) return false;
    if (slots_ > tables_.index.longest() || !selection_.whole_families) return false;
    if (selection_.family_count <= 1 || selection_.whole_fleet) {
        return wish_.spread.kind != Spread::Kind::same_label;
    }
    // GPUs of several families may add up to enough only together.
    return wish_.spread.kind == Spread::Kind::same_node && !tables_.layout->a_node_mixes_families;
}

void WindowSearch::for_each_table(auto&& visit) const {
    const auto visit_table = [&](const CountTable& table) {
        if (row_.level <= table.levels()) visit(table);
    };
    const bool together =
        wish_.spread.kind == Spread::Kind::any || tables_.layout->a_node_mixes_families;
    if (selection_.family_count > 1 && together) return visit_table(tables_.index.whole_fleet());
    selection_.for_each_family([&](Family family) { visit_table(tables_.index.family(family)); });
}

std::optional<Slot> WindowSearch::earliest_start(Starts starts) const {
    auto [first, last] = within_horizon(tables_, slots_, starts);
    if (first > last) return {};
    if (!rows_decide()) {
        return CheckedSearch(tables_, wish_, slots_, selection_).earliest_start(first, last);
    }
    const WindowIndex& index = tables_.index;
    for (; first <= last; first = first + 1) {
        std::optional<int> earliest;
        for_each_table([&](const CountTable& table) {
            const int end = earliest ? *earliest - 1 : index.column(last);
            const auto found = table.first_column(row_, least_, index.column(first), end);
            if (found) earliest = found;
        });
        if (!earliest) return {};
        first = index.window().first + *earliest;
        if (tables_.has_length(window_at(first))) return first;
    }
    return {};
}

std::optional<Slot> WindowSearch::latest_start(Starts starts) const {
    auto [first, last] = within_horizon(tables_, slots_, starts);
    if (first > last) return {};
    if (!rows_decide()) {
        return CheckedSearch(tables_, wish_, slots_, selection_).latest_start(first, last);
    }
    const WindowIndex& index = tables_.index;
    for (; first <= last; last = last - 1) {
        std::optional<int> latest;
        for_each_table([&](const CountTable& table) {
            const int begin = latest ? *latest + 1 : index.column(first);
            const auto found = table.last_column(row_, least_, begin, index.column(last));
            if (found) latest = found;
        });
        if (!latest) return {};
        last = index.window().first + *latest;
        if (tables_.has_length(window_at(last))) return last;
    }
    return {};
}

Placement WindowSearch::placed_at(Slot start) const {
    const Window slots = window_at(start);
    const FleetLayout& layout = *tables_.layout;
    const GpuSet wanted = selected_gpus(layout, *tables_.fleet, wish_.selector, selection_);
    const GpuChoice choice(layout, *tables_.fleet, wish_, wanted);
    return {tables_.edges.span_of(slots), choice.choose(tables_.free_in(wanted, slots))};
}

std::optional<Placement> earliest_of(const CalendarTables& tables, std::vector<GpuIndex> gpus,
                                     std::int32_t slots, Starts starts) {
    if (!can_be_booked(tables, gpus)) return {};
    auto [first, last] = within_horizon(tables, slots, starts);
    while (first <= last) {
        const Span span = tables.edges.span_of({first, first + slots});
        Slot next = first;
        for (const GpuIndex gpu : gpus) {
            const auto held = tables.book.last_in(gpu, span);
            if (held) next = std::max(next, tables.slots_held_by(held->span).last);
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
            const auto held = tables.book.first_in(gpu, span);
            if (held) end = std::min(end, tables.slots_held_by(held->span).first);
        }
        if (end == last + slots && !span.empty()) return Placement{span, std::move(gpus)};
        last = std::min(end - slots, last - 1);
    }
    return {};
}

}  // namespace berth
