// Archives the log and results of every ended attempt, then lets the launcher forget it.
// Level-triggered: an attempt that the launcher still remembers is not archived yet.
#pragma once

#include <functional>
#include <string>

#include "engine/archive_port.hpp"
#include "engine/engine.hpp"
#include "engine/launcher_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class ArchiveFollower {
public:
    ArchiveFollower(Engine& engine, LauncherPort& launcher, ArchivePort& archive, ClockPort& clock,
                    std::function<void(const std::string&)> report);
    ~ArchiveFollower();

private:
    std::optional<Instant> archive_ended();

    Engine& engine_;
    LauncherPort& launcher_;
    ArchivePort& archive_;
    ClockPort& clock_;
    std::function<void(const std::string&)> report_;
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
