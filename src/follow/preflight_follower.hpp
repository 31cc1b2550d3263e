// Looks beforehand at what would make a booked job fail at night: once when it is booked, and again
// half an hour before its start.
#pragma once

#include <chrono>
#include <map>

#include "engine/engine.hpp"
#include "engine/launcher_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class PreflightFollower {
public:
    PreflightFollower(Engine& engine, LauncherPort& launcher, ClockPort& clock);
    ~PreflightFollower();

private:
    enum class Checked { at_booking, before_start };

    std::optional<Instant> check_what_is_booked();

    Engine& engine_;
    LauncherPort& launcher_;
    ClockPort& clock_;
    std::map<ReservationId, Checked> checked_;
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
