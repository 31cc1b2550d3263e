// Where the time comes from, for everything outside the pure core: the wall clock, or a virtual
// clock that a test moves.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "time/instant.hpp"

namespace berth {

class ClockPort {
public:
    virtual ~ClockPort() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    // Waits on `changed` until `done()` or until the clock reads `deadline`; returns done().
    // `lock` is held by the caller and guards what `done` looks at.
    virtual bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                            Instant deadline, const std::function<bool()>& done) = 0;
    [[nodiscard]] virtual bool is_virtual() const = 0;
};

}  // namespace berth
