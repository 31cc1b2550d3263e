// Whether a state's derived parts say what its reservations say: after a failed batch or a
// rehearsal nothing of it may be left anywhere.
#pragma once

#include <optional>
#include <string>

#include "engine/state.hpp"

namespace berth::simulation {

// What is wrong, if anything is. The calendar has forgotten what had ended by `passed`: the last
// time it was told of, which is later than the state's when nothing was written then.
std::optional<std::string> inconsistency(const State& state, Instant passed);
// The same of the committed facts and the state that decisions are made from, between two batches.
std::optional<std::string> difference(const View& committed, const State& working);

}  // namespace berth::simulation
