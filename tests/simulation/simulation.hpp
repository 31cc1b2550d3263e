// A simulated month of a site, from one seed: the real engine's core and its recovery, on a virtual
// clock, one step after another, the same every time.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <vector>

#include "simulation/counts.hpp"
#include "simulation/flaw.hpp"
#include "simulation/invariants.hpp"

namespace berth::simulation {

struct Plan {
    std::uint64_t seed = 1;
    int days = 30;
    std::uint64_t commands = 5000;  // at least
    Flaw flaw = Flaw::none;
    bool on_disk = false;           // a SQLite journal is written beside the one in memory
    std::ostream* trace = nullptr;  // gets a line on each row and on each crash
};

struct Outcome {
    std::vector<Violation> violations;
    Counts counts;
};

// Ends early at a violation.
Outcome simulate(const Plan& plan);

}  // namespace berth::simulation
