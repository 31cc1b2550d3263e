// The small process that stands between the server and one job. It locks the attempt's folder
// before the job starts, outlives the server, and writes durably what became of the job; so a
// restarted server knows what happened and starts nothing twice. The attempt is over when every
// process that came from the job is gone.
//
// SIGTERM: the job is told to stop, and killed after its grace. SIGUSR1: it is killed now. Either
// may carry a StopReason as its value. Where the site lives by the wall clock, the supervisor does
// both by itself at the end of the attempt's time. SIGHUP: that end was moved, the folder says
// where to; it counts until the job has been told to stop.
#pragma once

#include <filesystem>
#include <optional>

#include "time/instant.hpp"

namespace berth {

enum class StopReason { asked = 0, time_is_over = 1 };

enum class SupervisorResult : int {
    started = 0,
    usage = 2,
    already_started = 3,  // another supervisor has it, or had it
    failed = 4,           // nothing was started; trying again is safe
};

// Forks the supervisor into the background; returns once the job's program runs, or is known not
// to. `booted_at`: when this machine booted, by the server's time. Call it from a program with one
// thread.
SupervisorResult start_supervisor(const std::filesystem::path& attempt_folder,
                                  std::optional<Instant> booted_at);

}  // namespace berth
