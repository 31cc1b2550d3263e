// A clock that stands still until the test moves it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

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
        const auto entry = enter(deadline);
        while (!done() && now() < deadline) changed.wait_for(lock, std::chrono::milliseconds(1));
        leave(entry);
        return done();
    }

    // Whether somebody waits for a time before this one: moving there will wake them.
    bool is_awaited_before(Instant instant) const {
        const std::lock_guard lock(mutex_);
        return !deadlines_.empty() && *deadlines_.begin() < instant;
    }

    bool is_virtual() const override { return true; }

    void move(Instant to) {
        const std::lock_guard lock(mutex_);
        now_ = to;
    }

private:
    std::multiset<Instant>::iterator enter(Instant deadline) {
        const std::lock_guard lock(mutex_);
        return deadlines_.insert(deadline);
    }
    void leave(std::multiset<Instant>::iterator entry) {
        const std::lock_guard lock(mutex_);
        deadlines_.erase(entry);
    }

    mutable std::mutex mutex_;
    std::multiset<Instant> deadlines_;
    Instant now_;
};

}  // namespace berth::test
