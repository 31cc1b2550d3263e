#include "time/believed_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth {

namespace {

// Two clocks may differ by this much from look to look: small steps, and one part in a thousand
// for drift (NTP slews by half of that).
constexpr Duration free_step = std::chrono::seconds(5);
constexpr int drift_divisor = 1000;

bool is_within_tolerance(Duration difference, Duration passed) {
    return std::chrono::abs(difference) <= free_step + passed / drift_divisor;
}

std::string in_words(Duration length) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(std::chrono::abs(length)).count();
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7200) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace

Instant BelievedTime::at(Instant wall, Duration since_boot) {
    const Duration passed = std::max(since_boot - looked_at_, Duration(0));
    looked_at_ += passed;
    follow(wall, passed);
    advance(passed);
    return believed_;
}

std::optional<std::string> BelievedTime::take_report() {
    if (report_.empty()) return std::nullopt;
    return std::exchange(report_, {});
}

void BelievedTime::follow(Instant wall, Duration passed) {
    trusted_ += passed;
    const Duration by = wall - trusted_;
    if (is_within_tolerance(by, passed)) {
        if (jump_) report_ = "the wall clock has jumped back to where it was; nothing was moved";
        jump_.reset();
        trusted_ = wall;
    } else if (!jump_ || !is_within_tolerance(by - jump_->by, passed)) {
        suspect(wall, by);
    } else if (looked_at_ - jump_->seen_at >= settling) {
        settle(wall, by);
    }
}

void BelievedTime::suspect(Instant wall, Duration by) {
    jump_ = Jump{by, looked_at_};
    report_ = fmt::format(
        "the wall clock jumped {} by {}, to {}; Berth goes on by its own count from {} and follows "
        "if that lasts {}",
        by > Duration(0) ? "ahead" : "back", in_words(by), to_rfc3339(wall), to_rfc3339(trusted_),
        in_words(settling));
}

void BelievedTime::settle(Instant wall, Duration by) {
    jump_.reset();
    trusted_ = wall;
    report_ = fmt::format("the wall clock has stayed {} by {} for {}; Berth follows it to {}",
                          by > Duration(0) ? "ahead" : "back", in_words(by), in_words(settling),
                          to_rfc3339(wall));
    is_ahead_ = believed_ > wall;
    if (!is_ahead_) return;
    report_ += fmt::format("; its own time, {}, runs at half pace until they agree",
                           to_rfc3339(believed_));
}

void BelievedTime::advance(Duration passed) {
    half_passed_ += passed;
    believed_ += half_passed_ / 2;
    half_passed_ %= 2;
    if (trusted_ < believed_) return;  // a wall clock that was set back gains the other half
    believed_ = trusted_;
    half_passed_ = Duration(0);
    if (std::exchange(is_ahead_, false) && report_.empty()) {
        report_ = "Berth's time and the wall clock agree again";
    }
}

}  // namespace berth
