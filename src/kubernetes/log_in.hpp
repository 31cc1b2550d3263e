// The bearer token that requests carry, if any: fixed, or out of a file that somebody else renews,
// read anew every minute and when it was refused. For one thread.
#pragma once

#include <chrono>
#include <string>

#include "kubernetes/cluster_access.hpp"

namespace berth {

class LogIn {
public:
    using Clock = std::chrono::steady_clock;

    explicit LogIn(const ClusterAccess& access);

    // Empty: none. A file that cannot be read leaves the token as it was.
    [[nodiscard]] const std::string& token(Clock::time_point now);
    // A request with it was answered 401. True: it comes from a file, which was read anew, so that
    // the request is worth another try.
    [[nodiscard]] bool was_refused(Clock::time_point now);

private:
    void read(Clock::time_point now);

    std::filesystem::path file_;
    std::string token_;
    Clock::time_point read_at_ = Clock::time_point::min();
};

}  // namespace berth
