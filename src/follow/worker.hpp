// A thread that does one job whenever it is woken, when its time has come, or both, and is joined
// when its owner goes. Wake-ups during a run lead to another run; none is lost.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/clock_port.hpp"

namespace berth {

class Worker {
public:
    // `work` returns when it wants to run again unasked; nothing: only when woken.
    Worker(ClockPort& clock, std::function<std::optional<Instant>()> work);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void wake();

private:
    void run();

    ClockPort& clock_;
    std::function<std::optional<Instant>()> work_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true;  // the first run comes unasked
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace berth
