// The part of CountTable that changes its numbers: the inner loops of every claim and release.
//
// With the busy bits of an octet in a byte a slot, a running OR over d slots says which of its GPUs
// are busy in some slot of a window of d, and a byte's ones say how many; 32 windows at a time.
#include <algorithm>

#include "calendar/byte_lanes.hpp"
#include "calendar/count_table.hpp"
#include "calendar/for_avx2.hpp"

namespace berth {
namespace {

static_assert(block_size == lane_count);

// For how many lengths rows are asked from memory before they are needed.
constexpr int ahead = 4;

// How many changes by at most octet_size a Bytes may add up.
constexpr std::size_t most_at_once = 15;

constexpr Bytes all_busy = Bytes{} + static_cast<std::int8_t>(octet_size);

// By how much the number of octets with at least `level` GPUs free changes: by -1, 0 or 1.
BERTH_INLINE Bytes level_change(const Bytes& busy_before, const Bytes& busy_after, int level) {
    const auto most_busy = static_cast<std::int8_t>(static_cast<int>(octet_size) - level);
    // A comparison gives -1 where it holds.
    return (busy_after > most_busy) - (busy_before > most_busy);
}

using Numbers = std::array<int, block_size>;

void add_free(Numbers& sums, const Bytes& busy) {
    const auto counts = numbers<std::int8_t>(ones(~busy));
    for (std::size_t i = 0; i < block_size; ++i) sums[i] += counts[i];
}

}  // namespace

// Of windows of one length, on how many nodes each level is lost: free for the window but one slot
// shorter, and no longer for this one. For the shortest windows: on how many it is free. (An array
// of the language: as the argument of a template, Bytes would lose its alignment.)
struct CountTable::Lost {
    Bytes at[octet_size + 1]{};
};

struct CountTable::Busy {
    Bytes before;
    Bytes after;
};

template <class Change>
BERTH_INLINE void CountTable::add(int block, RowName row, const Change& change) {
    Count* const counts = counts_[index(block, row)].at.data();
    // The same level of longer windows follows, and the processor does not guess at which distance.
    __builtin_prefetch(counts + ahead * (levels_ + 1) * block_size, 1);
    Count largest = 0;
    for (std::size_t i = 0; i < block_size; ++i) {
        counts[i] = static_cast<Count>(counts[i] + change[i]);
    }
    for (std::size_t i = 0; i < block_size; ++i) largest = std::max(largest, counts[i]);
    most(block, row) = largest;
}

BERTH_INLINE void CountTable::add_changes(std::span<const Busy> changed, int block, int length,
                                          CountTable* total) {
    Bytes gpus{};
    for (const Busy& busy : changed) gpus += busy.before - busy.after;
    add(block, {RowName::gpus, length}, numbers<std::int8_t>(gpus));
    if (total != nullptr) total->add(block, {RowName::gpus, length}, numbers<std::int8_t>(gpus));
    for (int level = 1; level <= std::min<int>(levels_, octet_size); ++level) {
        Bytes nodes{};
        for (const Busy& busy : changed) nodes += level_change(busy.before, busy.after, level);
        if (any(nodes)) add(block, {level, length}, numbers<std::int8_t>(nodes));
    }
}

BERTH_ALSO_FOR_AVX2
void CountTable::change(std::span<const OctetChange> groups, int first_block, int blocks,
                        CountTable* total) {
    for (; groups.size() > most_at_once; groups = groups.subspan(most_at_once)) {
        change(groups.first(most_at_once), first_block, blocks, total);
    }
    for (int block = 0; block < blocks; ++block) {
        Busy busy[most_at_once];
        std::fill_n(busy, groups.size(), Busy{});
        for (int length = 1; length <= longest_; ++length) {
            const int column = block * block_size + length - 1;
            Busy changed[most_at_once];  // how many GPUs are busy in the groups that change
            std::size_t count = 0;
            for (std::size_t i = 0; i < groups.size(); ++i) {
                busy[i].before |= load(groups[i].before + column);
                busy[i].after |= load(groups[i].after + column);
                if (!any(busy[i].before ^ busy[i].after)) continue;
                changed[count++] = {ones(busy[i].before), ones(busy[i].after)};
            }
            if (count > 0) add_changes({changed, count}, first_block + block, length, total);
        }
    }
}

void CountTable::change_wide(std::span<const OctetChange> group, int first_block, int blocks,
                             CountTable* total) {
    std::vector<Busy> busy(group.size());
    for (int block = 0; block < blocks; ++block) {
        std::ranges::fill(busy, Busy{});
        for (int length = 1; length <= longest_; ++length) {
            Numbers before{};
            Numbers after{};
            const int column = block * block_size + length - 1;
            for (std::size_t i = 0; i < group.size(); ++i) {
                busy[i].before |= load(group[i].before + column);
                busy[i].after |= load(group[i].after + column);
                add_free(before, busy[i].before);
                add_free(after, busy[i].after);
            }
            if (before == after) continue;
            Numbers change;
            for (std::size_t c = 0; c < block_size; ++c) change[c] = after[c] - before[c];
            add(first_block + block, {RowName::gpus, length}, change);
            if (total != nullptr) total->add(first_block + block, {RowName::gpus, length}, change);
            for (int level = 1; level <= levels_; ++level) {
                for (std::size_t c = 0; c < block_size; ++c) {
                    change[c] = int{after[c] >= level} - int{before[c] >= level};
                }
                add(first_block + block, {level, length}, change);
            }
        }
    }
}

BERTH_INLINE void CountTable::add_lost(std::span<const Lost> lost, int block, CountTable* total) {
    std::array<std::array<Count, block_size>, octet_size> free{};
    for (int length = 1; length <= longest_; ++length) {
        const Lost& here = lost[static_cast<std::size_t>(length - 1)];
        std::array<Count, block_size> gpus{};
        for (int level = 1; level <= static_cast<int>(octet_size); ++level) {
            auto& nodes = free[static_cast<std::size_t>(level - 1)];
            const auto change = numbers<std::uint8_t>(here.at[level]);
            for (std::size_t c = 0; c < block_size; ++c) {
                nodes[c] = static_cast<Count>(length == 1 ? change[c] : nodes[c] - change[c]);
            }
            for (std::size_t c = 0; c < block_size; ++c) gpus[c] += nodes[c];
            if (level <= levels_) add(block, {level, length}, nodes);
        }
        add(block, {RowName::gpus, length}, gpus);
        if (total != nullptr) total->add(block, {RowName::gpus, length}, gpus);
    }
}

BERTH_ALSO_FOR_AVX2
void CountTable::count(std::span<const OctetBits* const> octets, int block, CountTable* total) {
    // A byte counts the nodes, so these are all it can take at once.
    constexpr std::size_t most_in_a_byte = 255;
    for (; octets.size() > most_in_a_byte; octets = octets.subspan(most_in_a_byte)) {
        count(octets.first(most_in_a_byte), block, total);
    }
    std::vector<Lost> lost(static_cast<std::size_t>(longest_));
    for (const OctetBits* const octet : octets) {
        Bytes busy = load(octet);
        Bytes busy_count = ones(busy);
        for (int level = 1; level <= static_cast<int>(octet_size); ++level) {
            lost[0].at[level] += level_change(all_busy, busy_count, level);
        }
        // In much of a calendar nothing begins or ends, and all windows are as the shortest.
        if (all_same(octet, block_size + longest_ - 1)) continue;
        for (int length = 2; length <= longest_; ++length) {
            const Bytes before = busy_count;
            busy |= load(octet + length - 1);
            busy_count = ones(busy);
            if (!any(busy_count ^ before)) continue;
            Lost& here = lost[static_cast<std::size_t>(length - 1)];
            for (int level = 1; level <= static_cast<int>(octet_size); ++level) {
                here.at[level] -= level_change(before, busy_count, level);
            }
            if (!any(~busy)) break;
        }
    }
    add_lost(lost, block, total);
}

}  // namespace berth
