#include "calendar/gpu_set.hpp"

#include "calendar/for_avx2.hpp"

namespace berth {
namespace {

using Word = GpuSet::Word;

// How many bits of each byte are set, in that byte.
inline Word ones_by_byte(Word word) {
    word -= (word >> 1) & 0x5555'5555'5555'5555;
    word = (word & 0x3333'3333'3333'3333) + ((word >> 2) & 0x3333'3333'3333'3333);
    return (word + (word >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
}

BERTH_ALSO_FOR_AVX2
int count_ones(std::span<const Word> words) {
    int count = 0;
    for (const Word word : words) count += std::popcount(word);
    return count;
}

// Whether a byte has at least `count` bits set, 1 to 8. Precondition: whole blocks of words.
BERTH_ALSO_FOR_AVX2
bool a_byte_has(std::span<const Word> words, int count) {
    constexpr Word every_byte = 0x0101'0101'0101'0101;
    // Lifts what suffices to the byte's highest bit.
    const Word lift = every_byte * static_cast<Word>(0x80 - count);
    for (; !words.empty(); words = words.subspan(GpuSet::block_words)) {
        Word lifted = 0;
        for (std::size_t i = 0; i < GpuSet::block_words; ++i) {
            lifted |= ones_by_byte(words[i]) + lift;
        }
        if ((lifted & (every_byte << 7)) != 0) return true;
    }
    return false;
}

}  // namespace

int GpuSet::size() const {
    return count_ones(words_);
}

bool GpuSet::an_octet_has(int count, Extent within) const {
    constexpr int bits = 8;
    return count <= bits &&
           a_byte_has(words().subspan(within.first, within.last - within.first), count);
}

std::vector<std::uint8_t> GpuSet::size_by_octet() const {
    std::vector<std::uint8_t> sizes(words_.size() * sizeof(Word));
    const Extent used = extent();
    for (std::size_t i = used.first; i < used.last; ++i) {
        const Word ones = ones_by_byte(words_[i]);
        std::uint8_t* const into = &sizes[i * sizeof(Word)];
        for (std::size_t byte = 0; byte < sizeof(Word); ++byte) {
            into[byte] = static_cast<std::uint8_t>(ones >> (byte * 8));
        }
    }
    return sizes;
}

}  // namespace berth
