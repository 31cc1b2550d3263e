#include "calendar/window_index.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace berth {
namespace {

// How far the index reaches beyond the horizon, so that it rolls on only now and then.
constexpr std::int32_t slack_slots = 64;

constexpr std::size_t large_change = 1 << 18;

std::int32_t round_up(std::int32_t slots) {
    return (slots + block_size - 1) / block_size * block_size;
}

int longest_length(CalendarLimits limits) {
    const std::int32_t most = std::numeric_limits<FreeLength>::max();
    return std::clamp(std::min(limits.indexed_slots, limits.horizon_slots), 1, most);
}

}  // namespace

WindowIndex::WindowIndex(std::shared_ptr<const FleetLayout> layout, const HoldingBook& book,
                         Slot current, CalendarLimits limits)
    : layout_(std::move(layout)),
      current_(current),
      horizon_slots_(limits.horizon_slots),
      longest_(longest_length(limits)),
      countdown_(static_cast<std::size_t>(longest_)),
      busy_(layout_->gpu_count(), {current, current + round_up(horizon_slots_ + slack_slots)}) {
    std::iota(countdown_.rbegin(), countdown_.rend(), FreeLength{1});
    const int columns = window().slots();
    for (const int levels : layout_->most_on_node) tables_.emplace_back(levels, longest_, columns);
    if (layout_->a_node_mixes_families) {
        tables_.emplace_back(layout_->largest_node, longest_, columns);
    }
    fill(book, current);
}

void WindowIndex::begin_change(const HoldingBook& book, std::span<const GpuIndex> gpus,
                               Window slots) {
    change_.slots = {std::max(slots.first, current_), std::min(slots.last, window().last)};
    change_.blocks = 0;
    if (change_.slots.slots() <= 0) return;
    // A window changes if any of its slots does, so the longest one that reaches in is the first.
    change_.columns = {std::max(change_.slots.first - (longest_ - 1), current_),
                       change_.slots.last};
    change_.first_block = column(change_.columns.first) / block_size * block_size;
    change_.blocks = round_up(column(change_.columns.last) - change_.first_block) / block_size;
    change_.gpus.assign(gpus.begin(), gpus.end());
    change_.nodes.clear();
    for (const GpuIndex gpu : gpus) {
        change_.nodes.push_back(layout_->node_at[layout_->position_of[gpu.value]]);
    }
    std::ranges::sort(change_.nodes);
    change_.nodes.erase(std::ranges::unique(change_.nodes).begin(), change_.nodes.end());

    std::size_t rows = 0;
    for (const NodeIndex node : change_.nodes) rows += layout_->nodes[node.value].gpus.size();
    change_.before.assign(rows * static_cast<std::size_t>(width()), 0);
    FreeLength* row = change_.before.data();
    for (const NodeIndex node : change_.nodes) {
        for (const GpuIndex gpu : layout_->nodes[node.value].gpus) {
            read_lengths(book, gpu, row);
            row += width();
        }
    }
}

void WindowIndex::end_change(const HoldingBook& book) {
    if (change_.blocks == 0) return;
    change_.after = change_.before;
    std::ranges::sort(change_.gpus, {},
                      [&](GpuIndex gpu) { return layout_->position_of[gpu.value]; });
    auto changed = change_.gpus.begin();
    std::size_t first_row = 0;
    for (const NodeIndex index : change_.nodes) {
        const FleetLayout::NodePlace& node = layout_->nodes[index.value];
        for (; changed != change_.gpus.end(); ++changed) {
            const std::uint32_t position = layout_->position_of[changed->value];
            if (layout_->node_at[position] != index) break;
            const std::size_t row = first_row + position - node.first_position;
            read_lengths(book, *changed, &change_.after[row * static_cast<std::size_t>(width())]);
            busy_.refresh(position, book.held_from(*changed, change_.slots.first), change_.slots);
        }
        shift_node(node, first_row);
        first_row += node.gpus.size();
    }
    // Outages and week-long maintenance of whole sites are rare; their buffers need not stay.
    if (change_.before.size() > large_change) change_ = {};
}

void WindowIndex::change_health(const HoldingBook& book, std::shared_ptr<const FleetLayout> layout,
                                std::span<const GpuIndex> gpus) {
    begin_change(book, gpus, {current_, window().last});
    layout_ = std::move(layout);
    end_change(book);
}

void WindowIndex::advance(const HoldingBook& book, Slot current) {
    current_ = current;
    if (current + horizon_slots_ <= window().last) return;
    const Slot filled = std::max(window().last, current);
    const std::int32_t passed = std::min(current - window().first, window().slots());
    for (CountTable& table : tables_) table.roll(passed);
    busy_.roll_to(current);
    // The windows that reached beyond the old end counted as not free.
    fill(book, std::max(filled - longest_ + 1, current));
}

bool WindowIndex::equals_rebuild(const HoldingBook& book) const {
    WindowIndex rebuilt = *this;
    rebuilt.fill(book, window().first);
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        if (!tables_[i].equals(rebuilt.tables_[i], column(current_))) return false;
    }
    for (Slot slot = current_; slot < window().last; slot = slot + 1) {
        if (!std::ranges::equal(busy_.busy_in(slot), rebuilt.busy_.busy_in(slot))) return false;
    }
    return true;
}

// Within the change's columns; the rest of its blocks is left as it is.
void WindowIndex::read_lengths(const HoldingBook& book, GpuIndex gpu, FreeLength* row) const {
    free_lengths(gpu, book.held_from(gpu, change_.columns.first), change_.columns,
                 row + (column(change_.columns.first) - change_.first_block));
}

// For how many slots the GPU is free, from each slot of `columns`; at most the longest length.
// `held`: what is held on it from the first column on.
void WindowIndex::free_lengths(GpuIndex gpu, std::span<const Held> held, Window columns,
                               FreeLength* into) const {
    if (!layout_->healthy.contains(layout_->position_of[gpu.value])) {
        std::fill_n(into, columns.slots(), FreeLength{0});
        return;
    }
    Slot slot = columns.first;
    // The columns from `slot` to before `end`; then `slot` is `end`.
    const auto take_until = [&](Slot end) {
        const std::int32_t count = std::max(std::min(end, columns.last) - slot, 0);
        const std::span<FreeLength> taken(into + (slot - columns.first),
                                          static_cast<std::size_t>(count));
        slot = slot + count;
        return taken;
    };
    const auto free_until = [&](Slot busy) {
        std::ranges::fill(take_until(busy - longest_), static_cast<FreeLength>(longest_));
        const std::int32_t left = busy - slot;
        const std::span<FreeLength> ramp = take_until(busy);
        if (!ramp.empty()) std::copy_n(countdown_.end() - left, ramp.size(), ramp.begin());
    };
    for (auto next = held.begin(); next != held.end() && slot < columns.last; ++next) {
        free_until(std::min(next->slots.first, window().last));
        std::ranges::fill(take_until(next->slots.last), FreeLength{0});
    }
    free_until(window().last);
}

void WindowIndex::shift_node(const FleetLayout::NodePlace& node, std::size_t row) {
    for (const FleetLayout::Group& group : node.groups) {
        shift_rows(tables_[group.family], node, row, group.gpus);
    }
    if (layout_->a_node_mixes_families) shift_rows(tables_.back(), node, row, node.gpus);
}

void WindowIndex::shift_rows(CountTable& table, const FleetLayout::NodePlace& node, std::size_t row,
                             std::span<const GpuIndex> gpus) {
    const auto length = static_cast<std::size_t>(width());
    const int levels = static_cast<int>(gpus.size());
    change_.scratch.resize(2 * gpus.size() * length);
    FreeLength* const before = change_.scratch.data();
    FreeLength* const after = before + gpus.size() * length;
    for (std::size_t level = 0; level < gpus.size(); ++level) {
        const std::uint32_t position = layout_->position_of[gpus[level].value];
        const std::size_t from = (row + position - node.first_position) * length;
        std::copy_n(&change_.before[from], length, before + level * length);
        std::copy_n(&change_.after[from], length, after + level * length);
    }
    sort_levels(before, levels, width(), change_.blocks);
    sort_levels(after, levels, width(), change_.blocks);
    table.shift(before, after, levels, width(), change_.first_block, change_.blocks);
}

// Reads everything from this slot on anew.
void WindowIndex::fill(const HoldingBook& book, Slot from) {
    Slot first = window().first + column(from) / block_size * block_size;
    std::vector<std::span<const Held>> held;
    for (const GpuIndex gpu : layout_->gpu_at) held.push_back(book.held_from(gpu, first));
    for (; first < window().last; first = first + block_size) {
        for (std::uint32_t position = 0; position < layout_->gpu_count(); ++position) {
            std::span<const Held>& ahead = held[position];
            while (!ahead.empty() && ahead.front().slots.last <= first) ahead = ahead.subspan(1);
            busy_.refresh(position, ahead, {first, first + block_size});
        }
        fill_block(held, first);
    }
}

// `held`: by position, what is held from `first` on.
void WindowIndex::fill_block(std::span<const std::span<const Held>> held, Slot first) {
    const auto per_level = static_cast<std::size_t>(longest_ + 1) * block_size;
    std::vector<std::vector<Count>> histograms;
    for (const CountTable& table : tables_) {
        histograms.emplace_back(static_cast<std::size_t>(table.levels()) * per_level);
    }
    const auto tally = [&](std::vector<Count>& histogram, const FreeLength* lengths,
                           std::size_t levels) {
        for (std::size_t level = 0; level < levels; ++level) {
            Count* const counts = &histogram[level * per_level];
            for (int column = 0; column < block_size; ++column) {
                ++counts[*lengths++ * block_size + column];
            }
        }
    };
    std::vector<FreeLength> lengths(static_cast<std::size_t>(layout_->largest_node) * block_size);
    const auto read = [&](std::span<const GpuIndex> gpus) {
        FreeLength* row = lengths.data();
        for (const GpuIndex gpu : gpus) {
            free_lengths(gpu, held[layout_->position_of[gpu.value]], {first, first + block_size},
                         row);
            row += block_size;
        }
        sort_levels(lengths.data(), static_cast<int>(gpus.size()), block_size, 1);
    };
    for (const FleetLayout::NodePlace& node : layout_->nodes) {
        for (const FleetLayout::Group& group : node.groups) {
            read(group.gpus);
            tally(histograms[group.family], lengths.data(), group.gpus.size());
        }
        if (!layout_->a_node_mixes_families) continue;
        if (node.groups.size() > 1) read(node.gpus);
        tally(histograms.back(), lengths.data(), node.gpus.size());
    }
    for (std::size_t i = 0; i < tables_.size(); ++i)
        tables_[i].replace(column(first), histograms[i]);
}

}  // namespace berth
