// Whole histories from one seed: lives of berthd, one after another, on one disk, with power losses
// and kills between them.
#pragma once

#include <iosfwd>

#include "faults/life.hpp"

namespace berth::faults {

struct History {
    std::vector<std::string> violations;
    Counts counts;
};

// `trace`, where there is one, gets a line on each life.
History simulate(std::uint64_t seed, Flaw flaw, std::ostream* trace = nullptr);

// Many seeds, on several processes at once. Those that failed, with what was violated.
struct Campaign {
    std::map<std::uint64_t, std::string> failures;
    Counts counts;
};
Campaign simulate_all(std::uint64_t first_seed, std::uint64_t seeds, Flaw flaw);

}  // namespace berth::faults
