#include "apps/berthd/clocks.hpp"

#include <chrono>

namespace berth {

namespace {

// Whoever waits on the virtual clock looks at it this often; its mover knows nobody's mutex.
constexpr std::chrono::milliseconds look_every{5};

}  // namespace

Instant WallClock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool WallClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                           Instant deadline, const std::function<bool()>& done) {
    // A time point at the end of the clock's range overflows inside the library.
    if (deadline == Instant::max()) {
        changed.wait(lock, done);
        return true;
    }
    return changed.wait_until(lock, deadline, done);
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
