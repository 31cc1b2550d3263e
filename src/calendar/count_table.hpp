// The numbers of the window index. For one set of GPUs (a family, or the whole fleet), every length
// d up to the longest and every slot t:
//
//     gpus_free(d)[t]      how many of the GPUs are free for all of [t, t + d)
//     nodes_free(k, d)[t]  on how many nodes at least k of them are
//
// Columns count the slots from 0; the WindowIndex knows which slot that is. Columns come in blocks,
// and all rows of a block lie together: a change reaches two or three blocks, in all of their rows.
// So that "the earliest window" need not visit every block, each row also keeps, side by side, the
// most that each block has.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "calendar/fleet_layout.hpp"

namespace berth {

// Columns in a block.
inline constexpr int block_size = 32;

using Count = std::uint16_t;

// Which row: of GPUs, or of nodes with at least `level` of them.
struct RowName {
    static constexpr int gpus = 0;

    int level = gpus;
    int length = 1;
};

// An octet's busy bits, before and after a change, from the first column of the first block that
// changes. Readable for as many columns as the longest length beyond the last block.
struct OctetChange {
    const OctetBits* before;
    const OctetBits* after;
};

class CountTable {
public:
    // `levels`: the most GPUs of the set that one node has; 0 for a table with rows of GPUs only.
    CountTable(int levels, int longest, int blocks);

    [[nodiscard]] int levels() const { return levels_; }

    // The first or last column within [from, to] that has `least` or more.
    [[nodiscard]] std::optional<int> first_column(RowName row, Count least, int from, int to) const;
    [[nodiscard]] std::optional<int> last_column(RowName row, Count least, int from, int to) const;
    // Adds block_size columns of a row to `sums`, from any column on; none beyond the last.
    void add_to(std::array<Count, block_size>& sums, RowName row, int column) const;

    // The first columns are `blocks` blocks later; those that come in at the end hold no meaning
    // until they are cleared.
    void roll(int blocks);
    void clear(int first_block);

    // -- count_changes.cpp
    // Several groups of one octet each change. `total`, when given, has the same GPUs and more.
    void change(std::span<const OctetChange> groups, int first_block, int blocks,
                CountTable* total);
    // A group of several octets changes.
    void change_wide(std::span<const OctetChange> group, int first_block, int blocks,
                     CountTable* total);
    // Counts groups of one octet each in a block that was cleared. `octets`: their busy bits, from
    // the block's first column on.
    void count(std::span<const OctetBits* const> octets, int block, CountTable* total);

    [[nodiscard]] bool equals(const CountTable& other, int from_column) const;

private:
    struct alignas(2 * block_size) BlockRow {
        std::array<Count, block_size> at{};
    };

    [[nodiscard]] std::size_t rows() const {
        return static_cast<std::size_t>(longest_) * static_cast<std::size_t>(levels_ + 1);
    }
    [[nodiscard]] std::size_t row_number(RowName row) const {
        return static_cast<std::size_t>(row.length - 1) * static_cast<std::size_t>(levels_ + 1) +
               static_cast<std::size_t>(row.level);
    }
    [[nodiscard]] std::size_t index(int block, RowName row) const {
        return static_cast<std::size_t>(block) * rows() + row_number(row);
    }
    [[nodiscard]] std::span<const Count> most_of(RowName row) const {
        const auto blocks = static_cast<std::size_t>(blocks_);
        return std::span(most_).subspan(row_number(row) * blocks, blocks);
    }
    [[nodiscard]] Count& most(int block, RowName row) {
        return most_[row_number(row) * static_cast<std::size_t>(blocks_) +
                     static_cast<std::size_t>(block)];
    }
    struct Busy;  // busy bits or counts, before and after a change
    struct Lost;  // how the counts of one length differ from those of the length before

    template <class Change>
    void add(int block, RowName row, const Change& change);
    void add_lost(std::span<const Lost> lost, int block, CountTable* total);
    void add_changes(std::span<const Busy> changed, int block, int length, CountTable* total);

    int levels_;
    int longest_;
    int blocks_;
    std::vector<BlockRow> counts_;  // by block, length and level
    std::vector<Count> most_;       // by length, level and block
};

}  // namespace berth
