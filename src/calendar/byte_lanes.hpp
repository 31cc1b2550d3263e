// Thirty-two bytes that are processed at once: a number, or an octet's bits, of as many columns.
// A vector type of the compiler (GCC and Clang); a processor without AVX2 takes it in halves.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

// All is inlined, so that it does not matter how vectors are passed to functions.
#pragma GCC diagnostic ignored "-Wpsabi"
#define BERTH_INLINE [[gnu::always_inline]] inline

namespace berth {

inline constexpr int lane_count = 32;

// The alignment is what AVX2 code expects; without AVX2, the compiler would not give it by itself.
using Bytes = std::int8_t __attribute__((vector_size(lane_count), aligned(lane_count)));
using WordLanes = std::uint64_t __attribute__((vector_size(lane_count), aligned(lane_count)));

BERTH_INLINE Bytes load(const std::uint8_t* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

BERTH_INLINE bool any(const Bytes& bytes) {
    const auto words = reinterpret_cast<WordLanes>(bytes);
    return ((words[0] | words[1]) | (words[2] | words[3])) != 0;
}

// How many bits of each byte are set.
BERTH_INLINE Bytes ones(const Bytes& bytes) {
    auto words = reinterpret_cast<WordLanes>(bytes);
    words -= (words >> 1) & 0x5555'5555'5555'5555;
    words = (words & 0x3333'3333'3333'3333) + ((words >> 2) & 0x3333'3333'3333'3333);
    words = (words + (words >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
    return reinterpret_cast<Bytes>(words);
}

// Whether `count` bytes, lane_count or more, are the same.
BERTH_INLINE bool all_same(const std::uint8_t* bytes, int count) {
    const Bytes first = Bytes{} + static_cast<std::int8_t>(bytes[0]);
    Bytes differs = load(bytes + count - lane_count) ^ first;
    for (int i = 0; i < count - lane_count; i += lane_count) differs |= load(bytes + i) ^ first;
    return !any(differs);
}

template <class Number>
BERTH_INLINE std::array<Number, lane_count> numbers(const Bytes& bytes) {
    static_assert(sizeof(Number) == 1);
    // Copied as a vector first: else GCC copies it word by word, and what reads it then has to
    // wait.
    const Bytes copy = bytes;
    std::array<Number, lane_count> numbers;
    std::memcpy(&numbers, &copy, sizeof numbers);
    return numbers;
}

}  // namespace berth
