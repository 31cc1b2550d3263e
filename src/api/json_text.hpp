// The members of a job's progress, as the calendar and the live stream write them.
#pragma once

#include <string>

#include "api/progress_board.hpp"

namespace berth {

// ,"epoch":3,"epochs":100,"eta_seconds":5400.5
void append_progress_members(std::string& out, const EpochProgress& progress);

}  // namespace berth
