// The part of CountTable that changes its numbers: the inner loops of every claim and release.
//
// With the busy bits of an octet in a byte a slot, a running OR over d slots says which of its GPUs
// are busy in some slot of a window of d, and a byte's ones say how many; 32 windows at a time.
#include <algorithm>
#include <cstring>

#include "calendar/count_table.hpp"
#include "calendar/for_avx2.hpp"

// Vectors are arguments of inlined functions only, so that it does not matter how they are passed.
#pragma GCC diagnostic ignored "-Wpsabi"

#define BERTH_INLINE [[gnu::always_inline]] inline

namespace berth {
namespace {

// The alignment is what AVX2 code expects; without AVX2, the compiler would not give it by itself.
using Bytes = std::int8_t __attribute__((vector_size(block_size), aligned(block_size)));
using Words = std::uint64_t __attribute__((vector_size(block_size), aligned(block_size)));

// For how many lengths rows are asked from memory before they are needed.
constexpr int ahead = 4;

// How many changes by at most octet_size a Bytes may add up.
constexpr std::size_t most_at_once = 15;

constexpr Bytes all_busy = Bytes{} + static_cast<std::int8_t>(octet_size);

BERTH_INLINE Bytes load(const OctetBits* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

BERTH_INLINE bool any(Bytes bytes) {
    const auto words = reinterpret_cast<Words>(bytes);
    return ((words[0] | words[1]) | (words[2] | words[3])) != 0;
}

// How many bits of each byte are set.
BERTH_INLINE Bytes ones(Bytes bytes) {
    auto words = reinterpret_cast<Words>(bytes);
    words -= (words >> 1) & 0x5555'5555'5555'5555;
    words = (words & 0x3333'3333'3333'3333) + ((words >> 2) & 0x3333'3333'3333'3333);
    words = (words + (words >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
    return reinterpret_cast<Bytes>(words);
}

// Precondition: count >= block_size.
BERTH_INLINE bool all_same(const OctetBits* bits, int count) {
    const Bytes first = Bytes{} + static_cast<std::int8_t>(bits[0]);
    Bytes differs = load(bits + count - block_size) ^ first;
    for (int i = 0; i < count - block_size; i += block_size) differs |= load(bits + i) ^ first;
    return !any(differs);
}

// By how much the number of octets with at least `level` GPUs free changes: by -1, 0 or 1.
BERTH_INLINE Bytes level_change(Bytes busy_before, Bytes busy_after, int level) {
    const auto most_busy = static_cast<std::int8_t>(static_cast<int>(octet_size) - level);
    // A comparison gives -1 where it holds.
    return (busy_after > most_busy) - (busy_before > most_busy);
}

// Where the change of a row is added up: std::int8_t or int by column.
template <class Number>
using Change = std::array<Number, block_size>;

BERTH_INLINE Change<std::int8_t> numbers(Bytes bytes) {
    Change<std::int8_t> change;
    std::memcpy(&change, &bytes, sizeof change);
    return change;
}

BERTH_INLINE Change<std::uint8_t> unsigned_numbers(Bytes bytes) {
    Change<std::uint8_t> change;
    std::memcpy(&change, &bytes, sizeof change);
    return change;
}

// A number by column, for each level from RowName::gpus on. (An array of the language: as the
// argument of a template, Bytes would lose its alignment.)
struct ByLevel {
    Bytes at[octet_size + 1]{};
};

}  // namespace

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
    add(block, {RowName::gpus, length}, numbers(gpus));
    if (total != nullptr) total->add(block, {RowName::gpus, length}, numbers(gpus));
    for (int level = 1; level <= std::min<int>(levels_, octet_size); ++level) {
        Bytes nodes{};
        for (const Busy& busy : changed) nodes += level_change(busy.before, busy.after, level);
        if (any(nodes)) add(block, {level, length}, numbers(nodes));
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
            Change<int> before{};
            Change<int> after{};
            const int column = block * block_size + length - 1;
            for (std::size_t i = 0; i < group.size(); ++i) {
                busy[i].before |= load(group[i].before + column);
                busy[i].after |= load(group[i].after + column);
                const auto free_before = numbers(ones(~busy[i].before));
                const auto free_after = numbers(ones(~busy[i].after));
                for (std::size_t c = 0; c < block_size; ++c) before[c] += free_before[c];
                for (std::size_t c = 0; c < block_size; ++c) after[c] += free_after[c];
            }
            if (before == after) continue;
            Change<int> change;
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

BERTH_ALSO_FOR_AVX2
void CountTable::count(std::span<const OctetBits* const> octets, int block, CountTable* total) {
    // A byte counts the nodes, so these are all it can take at once.
    constexpr std::size_t most_in_a_byte = 255;
    for (; octets.size() > most_in_a_byte; octets = octets.subspan(most_in_a_byte)) {
        count(octets.first(most_in_a_byte), block, total);
    }
    // Of windows of each length, on how many nodes a level is lost: free for the window but one
    // slot shorter, and no longer for this one. For the shortest windows: on how many it is free.
    std::vector<ByLevel> lost(static_cast<std::size_t>(longest_));
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
            ByLevel& here = lost[static_cast<std::size_t>(length - 1)];
            for (int level = 1; level <= static_cast<int>(octet_size); ++level) {
                here.at[level] -= level_change(before, busy_count, level);
            }
            if (!any(~busy)) break;
        }
    }
    std::array<std::array<Count, block_size>, octet_size> free{};
    for (int length = 1; length <= longest_; ++length) {
        const ByLevel& here = lost[static_cast<std::size_t>(length - 1)];
        std::array<Count, block_size> gpus{};
        for (int level = 1; level <= static_cast<int>(octet_size); ++level) {
            auto& nodes = free[static_cast<std::size_t>(level - 1)];
            const auto change = unsigned_numbers(here.at[level]);
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

}  // namespace berth
