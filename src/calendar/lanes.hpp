// Eight 16-bit numbers that are processed at once. Vector types of the compiler (GCC and Clang) and
// not its vectoriser, which at -O2 leaves these loops alone.
#pragma once

#include <cstdint>
#include <cstring>

namespace berth {

inline constexpr int lane_count = 8;

using SignedLanes = std::int16_t __attribute__((vector_size(2 * lane_count)));
using UnsignedLanes = std::uint16_t __attribute__((vector_size(2 * lane_count)));

template <class Lanes>
Lanes load(const void* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

template <class Lanes>
void store(void* to, Lanes lanes) {
    std::memcpy(to, &lanes, sizeof lanes);
}

// Whether any bit of it is set.
template <class Lanes>
bool any(Lanes lanes) {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof lanes);
    std::memcpy(halves, &lanes, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

}  // namespace berth
