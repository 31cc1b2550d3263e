// Keeps what runs in step with what should run: starts the jobs of reservations whose time has
// come, puts notices before them, stops those of cancelled ones at once and those of evicted ones
// at their deadline, and tells the engine what became of each. Level-triggered: it compares the
// committed state with the launcher's attempts, so that nothing happens twice or never.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/clock_port.hpp"
#include "engine/engine.hpp"
#include "engine/job_token_port.hpp"
#include "engine/launcher_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class LaunchFollower {
public:
    LaunchFollower(Engine& engine, LauncherPort& launcher, const JobTokenPort& tokens,
                   ClockPort& clock, std::function<void(const std::string&)> report);
    ~LaunchFollower();

    void wake() { worker_.wake(); }

private:
    std::optional<Instant> reconcile();
    void bring_in_step(const Reservation& reservation, const AttemptStatus* status);
    // The notice file is one of three ways; the API and SIGTERM are the others.
    void show_notice(const AttemptId& id, const Reservation& reservation);
    void report_end(const AttemptId& id, const AttemptStatus& status);
    void tell_engine(Command command);
    void report_lost(const AttemptId& id);
    [[nodiscard]] AttemptOrder order_for(const Reservation& reservation) const;

    Engine& engine_;
    LauncherPort& launcher_;
    const JobTokenPort& tokens_;
    ClockPort& clock_;
    bool told_all_ = true;  // nothing the engine was told was turned down for want of disk
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
