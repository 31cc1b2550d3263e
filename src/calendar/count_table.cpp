#include "calendar/count_table.hpp"

#include <algorithm>

#include "calendar/for_avx2.hpp"

namespace berth {
namespace {

// The first index from `from` on whose count is at least `least`, or the end.
BERTH_ALSO_FOR_AVX2
int first_with(std::span<const Count> counts, Count least, int from) {
    constexpr std::size_t at_once = 16;
    auto i = static_cast<std::size_t>(from);
    for (; i + at_once <= counts.size(); i += at_once) {
        Count most = 0;
        for (std::size_t j = 0; j < at_once; ++j) most = std::max(most, counts[i + j]);
        if (most >= least) break;
    }
    while (i < counts.size() && counts[i] < least) ++i;
    return static_cast<int>(i);
}

}  // namespace

CountTable::CountTable(int levels, int longest, int blocks)
    : levels_(levels),
      longest_(longest),
      blocks_(blocks),
      counts_(index(blocks, {})),
      most_(counts_.size()) {}

std::optional<int> CountTable::first_column(RowName row, Count least, int from, int to) const {
    const std::span<const Count> most = most_of(row);
    int block = from / block_size;
    while ((block = first_with(most, least, block)) * block_size <= to && block < blocks_) {
        const BlockRow& counts = counts_[index(block, row)];
        const int first = block * block_size;
        const int end = std::min(to + 1 - first, block_size);
        for (int i = std::max(from - first, 0); i < end; ++i) {
            if (counts.at[static_cast<std::size_t>(i)] >= least) return first + i;
        }
        ++block;
    }
    return {};
}

std::optional<int> CountTable::last_column(RowName row, Count least, int from, int to) const {
    const std::span<const Count> most = most_of(row);
    for (int block = to / block_size; (block + 1) * block_size > from; --block) {
        if (most[static_cast<std::size_t>(block)] < least) continue;
        const BlockRow& counts = counts_[index(block, row)];
        const int first = block * block_size;
        const int end = std::max(from - first, 0);
        for (int i = std::min(to - first, block_size - 1); i >= end; --i) {
            if (counts.at[static_cast<std::size_t>(i)] >= least) return first + i;
        }
    }
    return {};
}

void CountTable::add_to(std::array<Count, block_size>& sums, RowName row, int column) const {
    const int block = column / block_size;
    const auto skipped = static_cast<std::size_t>(column % block_size);
    const BlockRow& here = counts_[index(block, row)];
    for (std::size_t i = skipped; i < block_size; ++i) sums[i - skipped] += here.at[i];
    if (skipped == 0 || block + 1 == blocks_) return;
    const BlockRow& next = counts_[index(block + 1, row)];
    for (std::size_t i = 0; i < skipped; ++i) sums[block_size - skipped + i] += next.at[i];
}

void CountTable::roll(int blocks) {
    std::shift_left(counts_.begin(), counts_.end(), static_cast<std::ptrdiff_t>(index(blocks, {})));
    for (auto row = most_.begin(); row != most_.end(); row += blocks_) {
        std::shift_left(row, row + blocks_, blocks);
    }
}

void CountTable::clear(int first_block) {
    const auto first = counts_.begin() + static_cast<std::ptrdiff_t>(index(first_block, {}));
    std::fill(first, counts_.end(), BlockRow{});
    for (auto row = most_.begin(); row != most_.end(); row += blocks_) {
        std::fill(row + first_block, row + blocks_, Count{0});
    }
}

bool CountTable::equals(const CountTable& other, int from_column) const {
    const int first = from_column / block_size;
    for (int block = first; block < blocks_; ++block) {
        const auto skipped = block == first ? from_column % block_size : 0;
        for (std::size_t row = index(block, {}); row < index(block + 1, {}); ++row) {
            if (!std::equal(counts_[row].at.begin() + skipped, counts_[row].at.end(),
                            other.counts_[row].at.begin() + skipped)) {
                return false;
            }
        }
    }
    for (std::size_t row = 0; row < most_.size(); row += static_cast<std::size_t>(blocks_)) {
        const auto begin = static_cast<std::ptrdiff_t>(row) + first + 1;
        const auto end = static_cast<std::ptrdiff_t>(row) + blocks_;
        if (begin < end &&
            !std::equal(most_.begin() + begin, most_.begin() + end, other.most_.begin() + begin)) {
            return false;
        }
    }
    return true;
}

}  // namespace berth
