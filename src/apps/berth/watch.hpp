// Follows one reservation to its end: a live progress bar on a terminal, plain lines elsewhere.
#pragma once

#include <string>

#include "apps/berth/session.hpp"

namespace berth::cli {

enum class Tell { everything, the_end };

// Exit::done only when its work completed, else Exit::failed; where only the end is told, the job's
// own exit code if it is known and not 0. One that was evicted goes on as its continuation.
Exit watch_to_the_end(Session& session, const std::string& reservation,
                      Tell tell = Tell::everything);

// "[#######             ] 3/10  ETA 2 min 5 s"
std::string progress_bar(int done, int total, double eta_seconds);

}  // namespace berth::cli
