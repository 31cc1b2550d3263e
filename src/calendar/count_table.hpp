// The numbers of the window index. For one set of GPUs (a family, or the whole fleet), every length
// d up to the longest and every slot t:
//
//     gpus_free(d)[t]      how many of the GPUs are free for all of [t, t + d)
//     nodes_free(k, d)[t]  on how many nodes at least k of them are
//
// A row is contiguous in t, so that "the earliest window" is one scan of one row. Columns count
// from 0 here; the WindowIndex knows which slot that is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace berth {

// Columns are processed in blocks of this many.
inline constexpr int block_size = 32;

// A count: signed where it is compared with a length.
using Count = std::uint16_t;
using FreeLength = std::int16_t;

class CountTable {
public:
    // `levels`: the most GPUs of the set that one node has. `columns` is a multiple of block_size.
    CountTable(int levels, int longest, int columns);

    [[nodiscard]] int levels() const { return levels_; }
    // Readable for block_size columns beyond the last, so that a scan may overrun.
    [[nodiscard]] const Count* gpus_free(int length) const { return &counts_[row(0, length)]; }
    [[nodiscard]] const Count* nodes_free(int level, int length) const {
        return &counts_[row(level, length)];
    }

    // One node's GPUs change from `before` to `after`: for each level, from the GPU that is free
    // longest to the one that is free shortest, the free length at each column. A level's numbers
    // lie `stride` apart and cover whole blocks from column `first` on.
    void shift(const FreeLength* before, const FreeLength* after, int levels, int stride, int first,
               int blocks);
    // Replaces the block at column `first`. `histogram` counts nodes by level - 1, free length and
    // column: [levels][longest + 1][block_size].
    void replace(int first, std::span<const Count> histogram);
    // Drops the first columns; those that come in at the end hold no meaning until replaced.
    void roll(int columns);

    [[nodiscard]] bool equals(const CountTable& other, int from_column) const;

private:
    [[nodiscard]] std::size_t row(int level, int length) const {
        return (static_cast<std::size_t>(level) * static_cast<std::size_t>(longest_) +
                static_cast<std::size_t>(length - 1)) *
               static_cast<std::size_t>(stride_);
    }
    Count* at(int level, int length, int column) {
        return &counts_[row(level, length) + static_cast<std::size_t>(column)];
    }
    void shift_block(const FreeLength* before, const FreeLength* after, int levels, int stride,
                     int first);

    int levels_;
    int longest_;
    int columns_;
    int stride_;
    std::vector<Count> counts_;
    std::vector<Count> sums_;  // of a block's changes, by length; zero between calls
};

// Puts the levels of one node into the order that shift() wants, column by column.
void sort_levels(FreeLength* lengths, int levels, int stride, int blocks);

}  // namespace berth
