// The site's own trainings of one kind, with how long their epochs took, for estimates.
#pragma once

#include <vector>

#include "api/context.hpp"
#include "policy/length_estimate.hpp"

namespace berth {

// The newest first; those still running too, once they have told of an epoch. It reads much: not
// for the server's own thread.
std::vector<EarlierRun> earlier_runs(const ApiContext& context, const TrainingWish& wish);

}  // namespace berth
