#include "calendar/count_table.hpp"

#include <algorithm>
#include <array>

#include "calendar/lanes.hpp"

namespace berth {
namespace {

template <class Lanes>
using Block = std::array<Lanes, block_size / lane_count>;

template <class Lanes>
Block<Lanes> load_block(const void* from) {
    Block<Lanes> block;
    std::memcpy(&block, from, sizeof block);
    return block;
}

void add_block(Count* to, const Block<UnsignedLanes>& change) {
    for (std::size_t v = 0; v < change.size(); ++v) {
        Count* const lanes = to + v * lane_count;
        store(lanes, load<UnsignedLanes>(lanes) + change[v]);
    }
}

// The lengths whose rows change: greater than `above`, up to `up_to`.
struct Lengths {
    FreeLength above;
    FreeLength up_to;
};

Lengths changed_lengths(const Block<SignedLanes>& before, const Block<SignedLanes>& after,
                        FreeLength longest) {
    SignedLanes least = SignedLanes{} + longest;
    SignedLanes most = SignedLanes{};
    for (std::size_t v = 0; v < before.size(); ++v) {
        const SignedLanes differs = before[v] != after[v];
        const SignedLanes lower = before[v] < after[v] ? before[v] : after[v];
        const SignedLanes upper = before[v] < after[v] ? after[v] : before[v];
        const SignedLanes lower_here = differs ? lower : least;
        const SignedLanes upper_here = differs ? upper : most;
        least = lower_here < least ? lower_here : least;
        most = upper_here > most ? upper_here : most;
    }
    Lengths lengths{longest, 0};
    for (int lane = 0; lane < lane_count; ++lane) {
        lengths.above = std::min<FreeLength>(lengths.above, least[lane]);
        lengths.up_to = std::max<FreeLength>(lengths.up_to, most[lane]);
    }
    return lengths;
}

}  // namespace

CountTable::CountTable(int levels, int longest, int columns)
    : levels_(levels), longest_(longest), columns_(columns), stride_(columns + block_size) {
    counts_.resize(row(levels_ + 1, 1));
    sums_.resize(static_cast<std::size_t>(longest_) * block_size);
}

void CountTable::shift(const FreeLength* before, const FreeLength* after, int levels, int stride,
                       int first, int blocks) {
    for (int block = 0; block < blocks; ++block) {
        const int offset = block * block_size;
        shift_block(before + offset, after + offset, levels, stride, first + offset);
    }
}

void CountTable::shift_block(const FreeLength* before, const FreeLength* after, int levels,
                             int stride, int first) {
    const auto longest = static_cast<FreeLength>(longest_);
    Lengths in_sums{longest, 0};
    for (int level = 0; level < levels; ++level) {
        const auto old_lengths = load_block<SignedLanes>(before + level * stride);
        const auto new_lengths = load_block<SignedLanes>(after + level * stride);
        const Lengths changed = changed_lengths(old_lengths, new_lengths, longest);
        in_sums.above = std::min(in_sums.above, changed.above);
        in_sums.up_to = std::max(in_sums.up_to, changed.up_to);
        for (auto length = changed.above; length < changed.up_to; ++length) {
            Block<UnsignedLanes> change;
            for (std::size_t v = 0; v < change.size(); ++v) {
                // A comparison gives -1 where it holds.
                change[v] =
                    UnsignedLanes(old_lengths[v] > length) - UnsignedLanes(new_lengths[v] > length);
            }
            add_block(at(level + 1, length + 1, first), change);
            add_block(&sums_[static_cast<std::size_t>(length) * block_size], change);
        }
    }
    // A GPU that leaves or enters a level also leaves or enters the count of GPUs.
    for (auto length = in_sums.above; length < in_sums.up_to; ++length) {
        Count* const sum = &sums_[static_cast<std::size_t>(length) * block_size];
        add_block(at(0, length + 1, first), load_block<UnsignedLanes>(sum));
        std::fill_n(sum, block_size, Count{0});
    }
}

void CountTable::replace(int first, std::span<const Count> histogram) {
    const auto per_level = static_cast<std::size_t>(longest_ + 1) * block_size;
    for (int length = 1; length <= longest_; ++length) {
        std::fill_n(at(0, length, first), block_size, Count{0});
    }
    for (int level = 1; level <= levels_; ++level) {
        const Count* const nodes = &histogram[static_cast<std::size_t>(level - 1) * per_level];
        // Free for at least `length` is free for exactly that, or for longer.
        Block<UnsignedLanes> at_least{};
        for (int length = longest_; length >= 1; --length) {
            const auto exactly = load_block<UnsignedLanes>(nodes + length * block_size);
            for (std::size_t v = 0; v < exactly.size(); ++v) at_least[v] += exactly[v];
            std::memcpy(at(level, length, first), &at_least, sizeof at_least);
            add_block(at(0, length, first), at_least);
        }
    }
}

void CountTable::roll(int columns) {
    for (std::size_t start = 0; start < counts_.size();
         start += static_cast<std::size_t>(stride_)) {
        const auto row = counts_.begin() + static_cast<std::ptrdiff_t>(start);
        std::shift_left(row, row + columns_, columns);
    }
}

bool CountTable::equals(const CountTable& other, int from_column) const {
    for (std::size_t start = 0; start < counts_.size();
         start += static_cast<std::size_t>(stride_)) {
        const auto first = static_cast<std::ptrdiff_t>(start) + from_column;
        const auto last = static_cast<std::ptrdiff_t>(start) + columns_;
        if (!std::equal(counts_.begin() + first, counts_.begin() + last,
                        other.counts_.begin() + first)) {
            return false;
        }
    }
    return true;
}

void sort_levels(FreeLength* lengths, int levels, int stride, int blocks) {
    // Bubble sort as a network: the same exchanges in every column, whatever the numbers.
    for (int settled = 0; settled < levels - 1; ++settled) {
        for (int level = levels - 1; level > settled; --level) {
            FreeLength* const upper = lengths + (level - 1) * stride;
            FreeLength* const lower = lengths + level * stride;
            for (int column = 0; column < blocks * block_size; column += lane_count) {
                const auto a = load<SignedLanes>(upper + column);
                const auto b = load<SignedLanes>(lower + column);
                store(upper + column, a > b ? a : b);
                store(lower + column, a > b ? b : a);
            }
        }
    }
}

}  // namespace berth
