// Time has passed: what is due is begun, ended, warned or decided.
#pragma once

#include "engine/turn.hpp"

namespace berth {

void decide_tick(Turn& turn);

// Its time has come and its GPUs can be used: starts the job, or begins the window of one without.
void begin(Turn& turn, const Reservation& reservation);

}  // namespace berth
