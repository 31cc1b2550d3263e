// What the disk and the process table say about an attempt, whoever wrote it and whoever died.
#pragma once

#include <optional>

#include "launch/attempt_folder.hpp"

namespace berth {

enum class AttemptState {
    ordered,   // it never ran
    starting,  // a supervisor has it, and has not said anything yet
    running,
    orphaned,  // it was running, and its supervisor is dead
    ended,
};

struct AttemptLook {
    AttemptState state = AttemptState::ordered;
    std::optional<JobStatus> status;
    FileDescriptor lock;  // held for an orphan, so that nobody else buries it
};

AttemptLook look_at(const AttemptFolder& folder);

// Kills what is left of an orphan. Once nothing is, writes its end and returns true; until then it
// is to be called again.
bool bury(const AttemptFolder& folder, JobStatus status, Instant now);

}  // namespace berth
