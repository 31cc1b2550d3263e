// Many seeds, side by side.
#pragma once

#include <functional>
#include <map>

#include "simulation/simulation.hpp"

namespace berth::simulation {

struct Campaign {
    std::map<std::uint64_t, std::vector<Violation>> failures;  // by seed
    Counts counts;
    std::uint64_t seeds = 0;
    double seconds = 0;
};

// `plan` says what all have in common. `done`, where there is one, hears of each seed, one at a
// time.
Campaign simulate_all(Plan plan, std::uint64_t first_seed, std::uint64_t last_seed,
                      const std::function<void(std::uint64_t, const Outcome&)>& done = {});

}  // namespace berth::simulation
