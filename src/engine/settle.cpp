#include "engine/settle.hpp"

#include "engine/eviction.hpp"
#include "engine/healing.hpp"
#include "engine/overrun.hpp"
#include "engine/queue.hpp"
#include "engine/waitlist.hpp"

namespace berth {

void settle(Turn& turn) {
    // What one gets may leave room for another: an early start frees the time behind it.
    while (turn.state().room_appeared) {
        turn.room_was_used();
        call_off_evictions(turn);
        bring_forward_delayed(turn);
        advance_starts(turn);
        heal(turn);
        serve_waitlist(turn);
        run_queue(turn);
    }
}

}  // namespace berth
