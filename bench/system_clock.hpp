// The wall clock for benchmarks in which nothing falls due: whoever waits is woken by others.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "engine/clock_port.hpp"

namespace berth::bench {

class SystemClock : public ClockPort {
public:
    [[nodiscard]] Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, Instant,
                    const std::function<bool()>& done) override {
        changed.wait(lock, done);
        return true;
    }
    [[nodiscard]] bool is_virtual() const override { return false; }
};

}  // namespace berth::bench
