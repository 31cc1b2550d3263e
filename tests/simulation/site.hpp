// The site that a seed makes up: its GPUs, grid and rules, and who works there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "faults/random.hpp"
#include "fleet/fleet.hpp"
#include "policy/policy.hpp"
#include "time/slot_grid.hpp"

namespace berth::simulation {

using faults::Random;

struct Site {
    std::vector<GpuSpec> gpus;
    SlotGrid grid;
    CalendarLimits limits;
    Instant opens;  // when the simulation begins
    std::shared_ptr<const Policy> policy;
    std::vector<std::string> people;
    std::vector<std::string> teams;
};

Site make_site(Random& random);

}  // namespace berth::simulation
