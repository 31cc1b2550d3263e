// A thread that does one job whenever it is woken, when its time has come, or both, and is joined
// when its owner goes. Wake-ups during a run lead to another run; none is lost.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/clock_port.hpp"

namespace berth {

class Worker {
public:
    // `work` returns when it wants to run again unasked; nothing: only when woken. What it throws
    // (a store that failed) goes to `report`, and it is run again a little later.
    Worker(ClockPort& clock, std::function<std::optional<Instant>()> work,
           std::function<void(const std::string&)> report);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void wake();

private:
    void run();
    [[nodiscard]] std::optional<Instant> work_or_report();

    ClockPort& clock_;
    std::function<std::optional<Instant>()> work_;
    std::function<void(const std::string&)> report_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true;  // the first run comes unasked
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace berth
