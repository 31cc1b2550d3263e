#include "launch/site_time.hpp"

#include <ctime>

namespace berth {

namespace {

Instant wall_now() {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

BelievedTime begin(std::optional<Instant> booted_at) {
    const Duration passed = since_boot();
    return {booted_at ? *booted_at + passed : wall_now(), passed};
}

}  // namespace

Duration since_boot() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::floor<Duration>(std::chrono::seconds(time.tv_sec) +
                                        std::chrono::nanoseconds(time.tv_nsec));
}

SiteTime::SiteTime(std::function<void(const std::string&)> report, std::optional<Instant> booted_at)
    : report_(std::move(report)), time_(begin(booted_at)) {}

Instant SiteTime::now() {
    std::optional<std::string> sentence;
    Instant now;
    {
        const std::lock_guard lock(mutex_);
        now = time_.at(wall_now(), since_boot());
        sentence = time_.take_report();
    }
    if (sentence && report_) report_(*sentence);
    return now;
}

}  // namespace berth
