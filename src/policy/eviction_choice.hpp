// Which reservations a P0 takes its GPUs from: those whose loss does the least harm.
//
// The harm of one victim, in GPU-hours, over all the GPUs it has:
//     GPUs x (hours since its last checkpoint, or since its start; 0 when it has not begun)
//   + GPUs x (hours by which its work is done later, once it is booked again)
// Among choices of equal harm the one that disturbs fewer people is taken, then the one with fewer
// victims, then the first in inventory order. A victim loses all its GPUs, not only those needed.
//
//     EvictionChoice choice(victims);
//     choice.offer(gpus_of_a_node, 4);  // for each place where the GPUs could be had together
//     if (choice.best()) …
//
// Exact for places of up to 16 sets of holders (a node); for larger ones greedy, then improved by
// a search of bounded effort. Deterministic.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"

namespace berth {

// Compared exactly, so in whole GPU-milliseconds.
using GpuTime = std::int64_t;

inline double gpu_hours(GpuTime time) {
    return static_cast<double>(time) / 3'600'000.0;
}

struct EvictionVictim {
    GpuTime harm = 0;
    std::uint32_t person = 0;  // equal numbers: the same person
};

using VictimIndex = std::uint32_t;

// A GPU that the P0 could have: when all who hold it in its time are evicted.
struct EvictableGpu {
    GpuIndex gpu;
    std::vector<VictimIndex> holders;  // ascending; empty: it is free
};

struct ChosenEviction {
    std::vector<GpuIndex> gpus;        // ascending, as many as were asked for
    std::vector<VictimIndex> victims;  // ascending
    GpuTime harm = 0;
    int people = 0;
};

class EvictionChoice {
public:
    // `victims` must outlive it.
    explicit EvictionChoice(std::span<const EvictionVictim> victims) : victims_(victims) {}

    // Considers getting `count` GPUs out of these; free ones are taken first. `count` >= 1.
    void offer(std::span<const EvictableGpu> place, int count);

    // Considers getting that many pieces, each of `per_piece` GPUs of one of these nodes. Greedy:
    // a piece at a time, the one that costs least beside those before it; then those victims are
    // spared whom the others make needless. It finds pieces wherever there are so many, disturbs
    // nobody where so many are free, and is exact for one piece. For more the harm is at most
    // `pieces` times the least: one victim that frees many pieces is passed over for several that
    // are cheaper each.
    void offer_pieces(std::span<const std::vector<EvictableGpu>> nodes, int per_piece, int pieces);

    // The best of all that was offered; none: no place has as many.
    [[nodiscard]] const std::optional<ChosenEviction>& best() const { return best_; }

private:
    std::span<const EvictionVictim> victims_;
    std::optional<ChosenEviction> best_;
};

}  // namespace berth
