// Where the deliberate breaks are made.
#pragma once

#include <memory>

#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "faults/random.hpp"
#include "policy/policy.hpp"
#include "simulation/flaw.hpp"

namespace berth::simulation {

// What recovery hands to the writer.
void tamper(Flaw flaw, State& state);
// The rules that the engine goes by, while people are promised those of the site.
std::shared_ptr<const Policy> tampered_policy(Flaw flaw, std::shared_ptr<const Policy> policy);
// A command as the engine gets it.
Submission tampered_submission(Flaw flaw, const Submission& submission, faults::Random& random);
}  // namespace berth::simulation
