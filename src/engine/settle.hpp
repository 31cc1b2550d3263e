// What becomes possible when room appears: a P0 starts early, what lost its window gets one, the
// waitlist moves up, queue jobs run in the gaps. After every command, in the same commit, before
// anybody else can ask for the room.
#pragma once

#include "engine/turn.hpp"

namespace berth {

void settle(Turn& turn);

}  // namespace berth
