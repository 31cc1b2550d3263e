// How a pod ended, in words for the job's owner. Pure.
#pragma once

#include <optional>
#include <string>

#include "kubernetes/assessment.hpp"

namespace berth {

bool is_over(const PodSight& pod);
bool has_succeeded(const PodSight& pod);
// Told to stop by whoever deleted it, whatever its program made of that.
bool was_deleted_while_it_ran(const PodSight& pod);
std::optional<int> exit_code_of(const PodSight& pod);
// The best that is known: the container's end, or when the pod was taken away.
std::optional<Instant> ended_at(const PodSight& pod);

// Precondition: it is over, and has not succeeded or was deleted while it ran. With the container's
// last lines.
std::string why_failed(const PodSight& pod, const AttemptSight& sight);

}  // namespace berth
