// One life of a berthd on a faulty disk, in a process of its own: opens the journal, checks it,
// works at random, and ends as its plan says.
#pragma once

#include <functional>
#include <string>

#include "faults/world.hpp"

namespace berth::faults {

// Deliberate faults, which the checks must find.
enum class Flaw { none, disk_ignores_syncs, disk_ignores_syncs_of_the_log, answers_before_commit };

struct LifePlan {
    DiskPlan disk = {};
    int steps = 0;
    bool closes = false;  // ends by itself, if nothing ends it before
    Flaw flaw = Flaw::none;
    std::uint64_t seed = 0;
};

// `end` is called once, from any thread, with the world still; it must not return.
void live(World& world, const LifePlan& plan, const std::string& path,
          const std::function<void()>& end);

}  // namespace berth::faults
