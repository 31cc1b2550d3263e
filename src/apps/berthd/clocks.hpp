// The two clocks a server can run by: the wall's, and one that a test moves.
#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <string>

#include "engine/clock_port.hpp"
#include "launch/site_time.hpp"

namespace berth {

// The wall's, as far as it can be believed: whoever waits for a time waits for the believed one.
class WallClock : public ClockPort {
public:
    // `report` is given a sentence when the wall clock has jumped, and when that is over.
    explicit WallClock(std::function<void(const std::string&)> report);

    [[nodiscard]] Instant now() const override;
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override;
    [[nodiscard]] bool is_virtual() const override { return false; }

private:
    mutable SiteTime time_;  // it learns by being looked at
};

// Stands still until it is moved, and only moves forward.
class VirtualClock : public ClockPort {
public:
    explicit VirtualClock(Instant start) : now_(start) {}

    [[nodiscard]] Instant now() const override { return now_.load(); }
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override;
    [[nodiscard]] bool is_virtual() const override { return true; }

    // Error: `to` is earlier than now.
    std::expected<void, std::string> move(Instant to);

private:
    std::atomic<Instant> now_;
};

}  // namespace berth
