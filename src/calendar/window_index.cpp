#include "calendar/window_index.hpp"

#include <algorithm>
#include <limits>

namespace berth {
namespace {

// How far the index reaches beyond the horizon, so that it rolls on only now and then.
constexpr std::int32_t slack_slots = 2 * block_size;

constexpr std::size_t large_change = 1 << 20;

// What is filled lies all over the map. So many places are on their way from memory at a time.
constexpr std::size_t filled_at_once = 32;

constexpr OctetBits all_busy = 0xFF;

std::int32_t blocks_for(std::int32_t slots) {
    return (slots + block_size - 1) / block_size;
}

int longest_length(CalendarLimits limits) {
    const std::int32_t most = std::numeric_limits<std::int16_t>::max();
    return std::clamp(std::min(limits.indexed_slots, limits.horizon_slots), 1, most);
}

}  // namespace

WindowIndex::WindowIndex(std::shared_ptr<const FleetLayout> layout, Slot current,
                         CalendarLimits limits)
    : layout_(std::move(layout)),
      current_(current),
      horizon_slots_(limits.horizon_slots),
      longest_(longest_length(limits)),
      busy_(layout_->octets,
            {current, current + blocks_for(horizon_slots_ + slack_slots) * block_size}, longest_),
      narrow_(layout_->family_count()) {
    const int blocks = blocks_for(window().slots());
    for (const int levels : layout_->most_on_node) tables_.emplace_back(levels, longest_, blocks);
    if (tables_.size() != 1) {
        tables_.emplace_back(layout_->a_node_mixes_families ? layout_->largest_node : 0, longest_,
                             blocks);
    }
}

void WindowIndex::take(std::span<const GpuIndex> gpus, Window slots) {
    change(gpus, slots, Use::held);
}

void WindowIndex::give_back(std::span<const GpuIndex> gpus, Window slots) {
    change(gpus, slots, Use::free);
}

void WindowIndex::change_health(std::shared_ptr<const FleetLayout> layout,
                                std::span<const GpuIndex> gpus) {
    layout_ = std::move(layout);
    std::vector<GpuIndex> gone;
    std::vector<GpuIndex> back;
    for (const GpuIndex gpu : gpus) {
        (layout_->healthy.contains(layout_->position_of[gpu.value]) ? back : gone).push_back(gpu);
    }
    const Window all{current_, window().last};
    change(gone, all, Use::out_of_order);
    change(back, all, Use::free);
}

Slot WindowIndex::advance(Slot current) {
    current_ = current;
    const Slot filled = window().last;
    if (current + horizon_slots_ <= filled) return filled;
    const int passed = (current - window().first) / block_size;
    busy_.roll(passed * block_size);
    for (CountTable& table : tables_) table.roll(passed);
    return std::max(filled, window().first);
}

void WindowIndex::begin_fill(Slot from) {
    for (std::uint32_t octet = 0; octet < layout_->octets; ++octet) {
        const OctetBits healthy = layout_->healthy.octet(octet);
        busy_.reset_octet(octet, column(from), static_cast<OctetBits>(~healthy));
    }
}

void WindowIndex::fill(std::span<const GpuIndex> gpus, Window slots) {
    slots = {std::max(slots.first, current_), std::min(slots.last, window().last)};
    if (slots.slots() <= 0) return;
    find_touched(gpus, Use::held);
    for (const auto& [octet, bits] : touched_) {
        to_fill_.push_back({octet, column(slots.first), slots.slots(), bits});
        busy_.prefetch(octet, column(slots.first));
    }
    if (to_fill_.size() >= filled_at_once) add_to_octets();
}

void WindowIndex::add_to_octets() {
    for (const ToFill& each : to_fill_) {
        busy_.add_to_octet(each.octet, each.column, each.count, each.bits);
    }
    to_fill_.clear();
}

void WindowIndex::end_fill(Slot from) {
    add_to_octets();
    busy_.copy_to_slots(column(from));
    // Windows that reached beyond the end of what was filled before counted as not free.
    const int first_block = std::max(column(from) - longest_ + 1, 0) / block_size;
    for (CountTable& table : tables_) table.clear(first_block);
    count_narrow_groups(first_block);
    for (const FleetLayout::Group& group : layout_->groups) {
        if (group.octets.count == 1) continue;
        count_wide(tables_[group.family], group.octets, first_block, total());
    }
    if (!layout_->a_node_mixes_families) return;
    for (NodeIndex node; node.value < layout_->node_count(); ++node.value) {
        count_wide(tables_.back(), layout_->octets_of(node), first_block, nullptr);
    }
}

bool WindowIndex::equals(const WindowIndex& other) const {
    if (window() != other.window()) return false;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        if (!tables_[i].equals(other.tables_[i], column(current_))) return false;
    }
    for (std::uint32_t octet = 0; octet < layout_->octets; ++octet) {
        const OctetBits* const row = busy_.octet(octet);
        if (!std::equal(row + column(current_), row + window().slots(),
                        other.busy_.octet(octet) + column(current_))) {
            return false;
        }
    }
    for (Slot slot = current_; slot < window().last; slot = slot + 1) {
        if (!std::ranges::equal(busy_.busy_in(slot), other.busy_.busy_in(slot))) return false;
    }
    return true;
}

CountTable* WindowIndex::total() {
    const bool apart = tables_.size() > layout_->family_count() && !layout_->a_node_mixes_families;
    return apart ? &tables_.back() : nullptr;
}

WindowIndex::Reach WindowIndex::reach_of(Window slots) const {
    Reach reach{.first = column(slots.first), .last = column(slots.last)};
    // A window changes if any of its slots does, so the longest one that reaches in is the first.
    const int first_start = std::max(reach.first - (longest_ - 1), column(current_));
    reach.first_block = first_start / block_size;
    reach.blocks = blocks_for(reach.last) - reach.first_block;
    return reach;
}

std::size_t WindowIndex::width(const Reach& reach) const {
    const int columns = reach.blocks * block_size + longest_;
    return static_cast<std::size_t>(columns);
}

void WindowIndex::change(std::span<const GpuIndex> gpus, Window slots, Use use) {
    slots = {std::max(slots.first, current_), std::min(slots.last, window().last)};
    if (slots.slots() <= 0) return;
    find_touched(gpus, use);
    if (touched_.empty()) return;
    const Reach reach = reach_of(slots);
    prepare_after(reach, use);
    count_changes(reach);
    const auto columns = static_cast<std::size_t>(reach.last - reach.first);
    const OctetBits* row = &after_[static_cast<std::size_t>(reach.first) -
                                   static_cast<std::size_t>(reach.first_block * block_size)];
    for (const auto& [octet, bits] : touched_) {
        busy_.set(octet, reach.first, {row, columns});
        row += width(reach);
    }
    // Outages and week-long maintenance of whole sites are rare; their buffers need not stay.
    if (after_.size() > large_change) after_ = {};
}

void WindowIndex::find_touched(std::span<const GpuIndex> gpus, Use use) {
    touched_.clear();
    bool sorted = true;
    for (const GpuIndex gpu : gpus) {
        const std::uint32_t position = layout_->position_of[gpu.value];
        // What is out of order stays busy, whoever gives it back.
        if (use == Use::free && !layout_->healthy.contains(position)) continue;
        const std::uint32_t octet = position / octet_size;
        const auto bit = static_cast<OctetBits>(1U << (position % octet_size));
        if (touched_.empty() || touched_.back().octet != octet) {
            sorted &= touched_.empty() || touched_.back().octet < octet;
            touched_.push_back({octet, 0});
        }
        touched_.back().bits |= bit;
    }
    if (sorted) return;
    std::ranges::sort(touched_, {}, &Touched::octet);
    auto merged = touched_.begin();
    for (auto next = std::next(merged); next != touched_.end(); ++next) {
        if (next->octet == merged->octet) {
            merged->bits |= next->bits;
        } else {
            *++merged = *next;
        }
    }
    touched_.erase(std::next(merged), touched_.end());
}

void WindowIndex::prepare_after(const Reach& reach, Use use) {
    after_.resize(touched_.size() * width(reach));
    OctetBits* row = after_.data();
    const int first_column = reach.first_block * block_size;
    for (const auto& [octet, bits] : touched_) {
        std::copy_n(busy_.octet(octet) + first_column, width(reach), row);
        for (int column = reach.first; column < reach.last; ++column) {
            OctetBits& at = row[column - first_column];
            at = static_cast<OctetBits>(use == Use::free ? at & ~bits : at | bits);
        }
        row += width(reach);
    }
}

OctetChange WindowIndex::change_of(std::uint32_t octet, const Reach& reach) const {
    const OctetBits* const before = busy_.octet(octet) + reach.first_block * block_size;
    const auto touched = std::ranges::lower_bound(touched_, octet, {}, &Touched::octet);
    if (touched == touched_.end() || touched->octet != octet) return {before, before};
    const auto row = static_cast<std::size_t>(touched - touched_.begin());
    return {before, &after_[row * width(reach)]};
}

void WindowIndex::count_changes(const Reach& reach) {
    for (std::vector<OctetChange>& changes : narrow_) changes.clear();
    std::uint32_t next_octet = 0;  // of the wide groups, those before it have been counted
    std::uint32_t next_node = 0;   // likewise
    for (const auto& [octet, bits] : touched_) {
        const FleetLayout::Group& group = layout_->groups[layout_->group_of[octet]];
        if (group.octets.count == 1) {
            narrow_[group.family].push_back(change_of(octet, reach));
        } else if (octet >= next_octet) {
            change_wide(tables_[group.family], group.octets, reach, total());
            next_octet = group.octets.first + group.octets.count;
        }
        if (!layout_->a_node_mixes_families || group.node.value < next_node) continue;
        change_wide(tables_.back(), layout_->octets_of(group.node), reach, nullptr);
        next_node = group.node.value + 1;
    }
    for (Family family = 0; family < layout_->family_count(); ++family) {
        if (narrow_[family].empty()) continue;
        tables_[family].change(narrow_[family], reach.first_block, reach.blocks, total());
    }
}

void WindowIndex::change_wide(CountTable& table, Octets octets, const Reach& reach,
                              CountTable* total) {
    std::vector<OctetChange> changes;
    for (std::uint32_t i = 0; i < octets.count; ++i) {
        changes.push_back(change_of(octets.first + i, reach));
    }
    table.change_wide(changes, reach.first_block, reach.blocks, total);
}

void WindowIndex::count_narrow_groups(int first_block) {
    std::vector<std::vector<const OctetBits*>> rows(layout_->family_count());
    for (const FleetLayout::Group& group : layout_->groups) {
        if (group.octets.count > 1) continue;
        rows[group.family].push_back(busy_.octet(group.octets.first) + first_block * block_size);
    }
    for (int block = first_block; block < blocks_for(window().slots()); ++block) {
        for (Family family = 0; family < layout_->family_count(); ++family) {
            tables_[family].count(rows[family], block, total());
            for (const OctetBits*& row : rows[family]) row += block_size;
        }
    }
}

void WindowIndex::count_wide(CountTable& table, Octets octets, int first_block, CountTable* total) {
    const int blocks = blocks_for(window().slots()) - first_block;
    const std::vector<OctetBits> nothing_free(
        static_cast<std::size_t>(blocks * block_size + longest_), all_busy);
    std::vector<OctetChange> changes;
    for (std::uint32_t i = 0; i < octets.count; ++i) {
        changes.push_back(
            {nothing_free.data(), busy_.octet(octets.first + i) + first_block * block_size});
    }
    table.change_wide(changes, first_block, blocks, total);
}

}  // namespace berth
