#include "launch/attempt_watch.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace berth {

namespace {

void add_reader(int events, int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ::epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

AttemptWatch::AttemptWatch(Look look)
    : look_(std::move(look)),
      wakes_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      events_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!wakes_.is_open() || !events_.is_open()) {
        throw std::system_error(errno, std::system_category(), "the launcher cannot watch jobs");
    }
    add_reader(events_.get(), wakes_.get());
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

AttemptWatch::~AttemptWatch() {
    stop();
}

void AttemptWatch::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    wake();
    thread_.join();
}

void AttemptWatch::watch(const ProcessMark& process) {
    auto opened = open_process(process);
    if (!opened.is_open()) return wake();  // it has ended already
    const std::lock_guard lock(mutex_);
    const int descriptor = opened.get();
    processes_.emplace(descriptor, std::move(opened));
    add_reader(events_.get(), descriptor);
}

void AttemptWatch::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto told = ::write(wakes_.get(), &one, sizeof one);
}

void AttemptWatch::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) wait(look_());
}

void AttemptWatch::wait(std::optional<std::chrono::milliseconds> limit) {
    std::array<epoll_event, 16> happened{};
    const int count = ::epoll_wait(events_.get(), happened.data(), happened.size(),
                                   limit ? static_cast<int>(limit->count()) : -1);
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
        const int descriptor = happened[static_cast<std::size_t>(i)].data.fd;
        if (descriptor == wakes_.get()) {
            std::uint64_t times = 0;
            [[maybe_unused]] const auto got = ::read(descriptor, &times, sizeof times);
        } else {
            processes_.erase(descriptor);  // it has ended; closing it takes it out of the events
        }
    }
}

}  // namespace berth
