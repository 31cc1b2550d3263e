#include "apps/berthd/clocks.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace berth {

namespace {

// Whoever waits on the virtual clock looks at it this often; its mover knows nobody's mutex.
constexpr std::chrono::milliseconds look_every{5};

}  // namespace

WallClock::WallClock(std::function<void(const std::string&)> report) : time_(std::move(report)) {}

Instant WallClock::now() const {
    return time_.now();
}

bool WallClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                           Instant deadline, const std::function<bool()>& done) {
    if (deadline == Instant::max()) {
        changed.wait(lock, done);
        return true;
    }
    while (!done()) {
        const Duration left = deadline - now();
        if (left <= Duration(0)) return false;
        changed.wait_for(lock, std::min<Duration>(left, between_clock_looks));
    }
    return true;
}

bool VirtualClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                              Instant deadline, const std::function<bool()>& done) {
    while (!done() && now() < deadline) changed.wait_for(lock, look_every);
    return done();
}

std::expected<void, std::string> VirtualClock::move(Instant to) {
    Instant current = now_.load();
    while (true) {
        if (to < current) {
            return std::unexpected("the test clock only moves forward; it is " +
                                   to_rfc3339(current));
        }
        if (now_.compare_exchange_weak(current, to)) return {};
    }
}

}  // namespace berth
