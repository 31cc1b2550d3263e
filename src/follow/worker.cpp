#include "follow/worker.hpp"

namespace berth {

Worker::Worker(ClockPort& clock, std::function<std::optional<Instant>()> work)
    : clock_(clock), work_(std::move(work)), thread_([this] { run(); }) {}

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
        again = work_().value_or(Instant::max());
    }
}

}  // namespace berth
