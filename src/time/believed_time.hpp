// Which time it is, on a machine whose wall clock may be set wrongly for a while: a bad NTP step, a
// slip of the hand. The wall clock is followed as long as it goes on as fast as the clock that
// counts from the machine's boot, suspended or not. One that jumped is believed only once it has
// stayed there for `settling`; until then time goes on by the other clock.
//
//     BelievedTime time(wall, since_boot);         // the wall clock is believed at the start
//     const Instant now = time.at(wall, since_boot);
//     if (auto sentence = time.take_report()) …    // a jump, the end of one
//
// Time never goes backwards. Where it is ahead of a wall clock that is believed again, it runs at
// half pace until the two agree: what was promised happens in its order, and nothing stands still.
// Pure; not thread-safe. Look often (each second): a jump is noticed, and settles, by looking.
#pragma once

#include <optional>
#include <string>

#include "time/instant.hpp"

namespace berth {

class BelievedTime {
public:
    static constexpr Duration settling = std::chrono::minutes(5);

    BelievedTime(Instant start, Duration since_boot)
        : trusted_(start), believed_(start), looked_at_(since_boot) {}

    Instant at(Instant wall, Duration since_boot);
    // What the operator should know, once.
    std::optional<std::string> take_report();

private:
    struct Jump {
        Duration by;  // positive: ahead
        Duration seen_at;
    };

    void follow(Instant wall, Duration passed);
    void suspect(Instant wall, Duration by);
    void settle(Instant wall, Duration by);
    void advance(Duration passed);

    Instant trusted_;     // the wall clock as it would be without the jump that is not believed yet
    Instant believed_;    // what we answer: never goes backwards
    Duration looked_at_;  // since boot
    std::optional<Jump> jump_;
    bool is_ahead_ = false;    // `believed_` waits for a wall clock that was set back
    Duration half_passed_{0};  // what half pace has not counted yet
    std::string report_;
};

}  // namespace berth
