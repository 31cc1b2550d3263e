// A clock that stands still until the test moves it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "engine/clock_port.hpp"

namespace berth::test {

class ManualClock : public ClockPort {
public:
    explicit ManualClock(Instant start) : now_(start) {}

    Instant now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }

    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override {
        while (!done() && now() < deadline) changed.wait_for(lock, std::chrono::milliseconds(1));
        return done();
    }

    bool is_virtual() const override { return true; }

    void move(Instant to) {
        const std::lock_guard lock(mutex_);
        now_ = to;
    }

private:
    mutable std::mutex mutex_;
    Instant now_;
};

}  // namespace berth::test
