// Follows one reservation to its end: a live progress bar on a terminal, plain lines elsewhere.
#pragma once

#include <string>

#include "apps/berth/session.hpp"

namespace berth::cli {

// Exit::done only when the reservation completed.
Exit watch_to_the_end(Session& session, const std::string& reservation);

// "[#######             ] 3/10  ETA 2 min 5 s"
std::string progress_bar(int done, int total, double eta_seconds);

}  // namespace berth::cli
