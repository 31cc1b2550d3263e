// A clock that stands still until the test moves it, and knows when all who wait on it have nothing
// left to do: so that a run is the same every time, with real threads.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine/clock_port.hpp"

namespace berth::faults {

class StepClock : public ClockPort {
public:
    explicit StepClock(Instant start) : now_(start) {}

    Instant now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }

    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override {
        const auto waiter =
            std::make_shared<Waiter>(Waiter{lock.mutex(), &changed, deadline, &done});
        {
            const std::lock_guard guard(mutex_);
            waiters_.push_back(waiter);
        }
        while (!done() && now() < deadline) changed.wait(lock);
        waiter->waits = false;
        const std::lock_guard guard(mutex_);
        std::erase(waiters_, waiter);
        return done();
    }

    bool is_virtual() const override { return true; }

    void move(Instant to) {
        std::vector<std::shared_ptr<Waiter>> waiters;
        {
            const std::lock_guard lock(mutex_);
            now_ = to;
            waiters = waiters_;
        }
        for (const auto& waiter : waiters) {
            const std::lock_guard lock(*waiter->mutex);
            if (waiter->waits) waiter->changed->notify_all();
        }
    }

    // Until `threads` of them wait, and none of these has anything to do.
    void settle(std::size_t threads) const {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(50);
        while (!is_settled(threads)) {
            if (std::chrono::steady_clock::now() > patience) {
                throw std::runtime_error("the engine and its follower never came to rest");
            }
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    }

private:
    // What it points to is guarded by `*mutex`, and there while `waits`.
    struct Waiter {
        std::mutex* mutex;
        std::condition_variable* changed;
        Instant deadline;
        const std::function<bool()>* done;
        bool waits = true;
    };

    bool is_settled(std::size_t threads) const {
        std::vector<std::shared_ptr<Waiter>> waiters;
        {
            const std::lock_guard lock(mutex_);
            waiters = waiters_;
        }
        if (waiters.size() != threads) return false;
        std::vector<std::unique_lock<std::mutex>> locks;
        for (const auto& waiter : waiters) {
            locks.emplace_back(*waiter->mutex);
            if (!waiter->waits || (*waiter->done)() || now() >= waiter->deadline) return false;
        }
        return true;
    }

    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Waiter>> waiters_;
    Instant now_;
};

}  // namespace berth::faults
