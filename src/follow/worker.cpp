#include "follow/worker.hpp"

#include <chrono>
#include <exception>

namespace berth {

namespace {

constexpr std::chrono::seconds pause_after_failure{5};

}  // namespace

Worker::Worker(ClockPort& clock, std::function<std::optional<Instant>()> work,
               std::function<void(const std::string&)> report)
    : clock_(clock),
      work_(std::move(work)),
      report_(std::move(report)),
      thread_([this] { run(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Worker::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Worker::run() {
    Instant again = Instant::max();
    while (true) {
        {
            std::unique_lock lock(mutex_);
            clock_.wait_until(lock, changed_, again, [this] { return woken_ || stopping_; });
            if (stopping_) return;
            woken_ = false;
        }
        again = work_or_report().value_or(Instant::max());
    }
}

std::optional<Instant> Worker::work_or_report() {
    try {
        return work_();
    } catch (const std::exception& error) {
        report_(error.what());
        return clock_.now() + pause_after_failure;
    }
}

}  // namespace berth
