// The two clocks a server can run by: the wall's, and one that a test moves.
#pragma once

#include <atomic>
#include <expected>
#include <string>

#include "engine/clock_port.hpp"

namespace berth {

class WallClock : public ClockPort {
public:
    [[nodiscard]] Instant now() const override;
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override;
    [[nodiscard]] bool is_virtual() const override { return false; }
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
