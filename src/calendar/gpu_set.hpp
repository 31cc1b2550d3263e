// A set of GPUs as bits. A GPU's bit is its position in the FleetLayout, where the GPUs of a node
// lie side by side.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace berth {

class GpuSet {
public:
    using Word = std::uint64_t;
    static constexpr std::uint32_t word_bits = 64;

    static std::size_t words_for(std::size_t positions) {
        return (positions + word_bits - 1) / word_bits;
    }

    explicit GpuSet(std::size_t positions) : words_(words_for(positions)) {}

    [[nodiscard]] std::span<const Word> words() const { return words_; }

    void insert(std::uint32_t position) { words_[position / word_bits] |= bit(position); }
    void erase(std::uint32_t position) { words_[position / word_bits] &= ~bit(position); }
    [[nodiscard]] bool contains(std::uint32_t position) const {
        return (words_[position / word_bits] & bit(position)) != 0;
    }

    void add(std::span<const Word> other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other[i];
    }
    void keep(std::span<const Word> other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other[i];
    }
    void remove(std::span<const Word> other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other[i];
    }

    [[nodiscard]] int size() const {
        int count = 0;
        for (const Word word : words_) count += std::popcount(word);
        return count;
    }
    // How many there are among the `count` positions from `first` on.
    [[nodiscard]] int size_within(std::uint32_t first, std::uint32_t count) const {
        int found = 0;
        while (count > 0) {
            const std::uint32_t offset = first % word_bits;
            const std::uint32_t here = std::min(count, word_bits - offset);
            const Word mask = ~Word{0} >> (word_bits - here);
            found += std::popcount((words_[first / word_bits] >> offset) & mask);
            first += here;
            count -= here;
        }
        return found;
    }
    void for_each(auto&& visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (Word word = words_[i]; word != 0; word &= word - 1) {
                visit(static_cast<std::uint32_t>(i * word_bits) +
                      static_cast<std::uint32_t>(std::countr_zero(word)));
            }
        }
    }

private:
    static Word bit(std::uint32_t position) { return Word{1} << (position % word_bits); }

    std::vector<Word> words_;
};

}  // namespace berth
