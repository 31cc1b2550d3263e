// What must be on the disk before there is a Secret of an attempt, or a claim: that there may be
// one. Berth may not list secrets, so a server that was killed in between finds them by this alone.
#pragma once

#include "kubernetes/launcher_tools.hpp"

namespace berth {

// Writes it down at the first call; once it is on the disk the attempt is looked at again.
bool is_written_down(ClusterAttempt& attempt, const LauncherTools& tools);

}  // namespace berth
