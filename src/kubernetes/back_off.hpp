// How long to wait before asking a server again: each pause twice the one before, up to a bound,
// and each shortened at random by up to half, so that many who wait do not come all at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace berth {

class BackOff {
public:
    using Pause = std::chrono::milliseconds;

    BackOff(Pause first, Pause most) : first_(first), most_(most), next_(first) {}

    [[nodiscard]] Pause next(std::minstd_rand& random) {
        const Pause whole = next_;
        next_ = std::min(next_ * 2, most_);
        std::uniform_int_distribution<Pause::rep> part(whole.count() / 2, whole.count());
        return Pause(part(random));
    }
    void reset() { next_ = first_; }

private:
    Pause first_;
    Pause most_;
    Pause next_;
};

}  // namespace berth
