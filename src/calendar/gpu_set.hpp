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
    // Words come in blocks of this many, so that loops over a block need no remainder.
    static constexpr std::size_t block_words = 8;

    struct Extent {
        std::size_t first;
        std::size_t last;
    };

    static std::size_t words_for(std::size_t positions) {
        constexpr std::size_t block_bits = block_words * word_bits;
        return (positions + block_bits - 1) / block_bits * block_words;
    }

    explicit GpuSet(std::size_t positions) : words_(words_for(positions)) {}

    [[nodiscard]] std::span<const Word> words() const { return words_; }

    void insert(std::uint32_t position) { words_[position / word_bits] |= bit(position); }
    void insert(std::uint32_t word, Word bits) { words_[word] |= bits; }
    void erase(std::uint32_t position) { words_[position / word_bits] &= ~bit(position); }
    [[nodiscard]] bool contains(std::uint32_t position) const {
        return (words_[position / word_bits] & bit(position)) != 0;
    }
    // The bits of positions 8 * octet to 8 * octet + 7.
    [[nodiscard]] std::uint8_t octet(std::uint32_t octet) const {
        return static_cast<std::uint8_t>(words_[octet / 8] >> (octet % 8 * 8));
    }

    void add(std::span<const Word> other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other[i];
    }
    void keep(std::span<const Word> other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other[i];
    }
    // Takes away the positions of `other`, of which the first word is number `first` here.
    void remove(std::size_t first, std::span<const Word> other) {
        for (std::size_t i = 0; i < other.size(); ++i) words_[first + i] &= ~other[i];
    }

    // The blocks of words outside of which the set is empty.
    [[nodiscard]] Extent extent() const {
        Extent extent{0, words_.size()};
        while (extent.first < extent.last && words_[extent.first] == 0) ++extent.first;
        while (extent.first < extent.last && words_[extent.last - 1] == 0) --extent.last;
        extent.first = extent.first / block_words * block_words;
        extent.last = (extent.last + block_words - 1) / block_words * block_words;
        return extent;
    }
    [[nodiscard]] int size() const;
    // Whether an octet has at least `count` of them.
    [[nodiscard]] bool an_octet_has(int count, Extent within) const;
    // By octet, for all octets in its words.
    [[nodiscard]] std::vector<std::uint8_t> size_by_octet() const;
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
