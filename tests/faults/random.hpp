// Chances from one seed, the same on every machine (the standard's distributions are not).
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace berth::faults {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    // Both ends included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + engine_() % (high - low + 1);
    }
    bool one_in(std::uint64_t chances) { return between(1, chances) == 1; }

    template <class T>
    const T& one_of(const std::vector<T>& choices) {
        return choices[between(0, choices.size() - 1)];
    }
    template <class T>
    void shuffle(std::vector<T>& cards) {
        for (std::size_t left = cards.size(); left > 1; --left) {
            std::swap(cards[left - 1], cards[between(0, left - 1)]);
        }
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace berth::faults
