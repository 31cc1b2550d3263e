// Looks beforehand at what would make a booked job fail at night: once when it is booked, and again
// half an hour before its start.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/engine.hpp"
#include "engine/launcher_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class PreflightFollower {
public:
    PreflightFollower(Engine& engine, LauncherPort& launcher, ClockPort& clock,
                      std::function<void(const std::string&)> report);
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
