// The site's time by this machine's clocks: the wall clock, as far as it can be believed
// (time/believed_time.hpp). Server and supervisors each have one. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "time/believed_time.hpp"

namespace berth {

// How often whoever waits for a time looks at the clock: no later is a jump seen, and nobody is
// later after the machine was suspended.
constexpr std::chrono::seconds between_clock_looks{1};

// Counts suspensions too, and nobody can set it.
Duration since_boot();

class SiteTime {
public:
    // `booted_at`: when this machine booted by the time to go on with; without it the wall clock is
    // believed. `report` is given sentences for the operator.
    explicit SiteTime(std::function<void(const std::string&)> report,
                      std::optional<Instant> booted_at = std::nullopt);

    Instant now();

private:
    std::function<void(const std::string&)> report_;
    std::mutex mutex_;
    BelievedTime time_;
};

}  // namespace berth
