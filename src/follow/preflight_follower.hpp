// Looks beforehand at what would make a booked job fail at night: once when it is booked, again
// when the work that it continues has been left, and half an hour before its start; and where the
// launcher makes things ready ahead of the start, once more halfway through that.
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
    void look_at_all();
    std::optional<Instant> check_what_is_new_or_due();
    void note(const Published& published);
    void check(ReservationId id);

    Engine& engine_;
    LauncherPort& launcher_;
    ClockPort& clock_;
    std::mutex mutex_;
    std::set<ReservationId> fresh_;                    // booked or changed; guarded by mutex_
    std::set<std::pair<Instant, ReservationId>> due_;  // the further checks to come
    bool looked_at_all_ = false;
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
