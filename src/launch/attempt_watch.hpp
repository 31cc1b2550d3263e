// One thread that waits for supervisors to end, without polling, and then has somebody look.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "files/file_descriptor.hpp"
#include "launch/process_table.hpp"

namespace berth {

class AttemptWatch {
public:
    // `look` runs on the watch's thread after each end of a watched process and each wake(); it
    // answers when it wants to look again even if nothing happens.
    using Look = std::function<std::optional<std::chrono::milliseconds>()>;

    explicit AttemptWatch(Look look);
    ~AttemptWatch();
    AttemptWatch(const AttemptWatch&) = delete;
    AttemptWatch& operator=(const AttemptWatch&) = delete;

    // From any thread.
    void watch(const ProcessMark& process);
    void wake();
    // `look` is not running, and will not run again, when this returns.
    void stop();

private:
    void run(const std::stop_token& stop);
    void wait(std::optional<std::chrono::milliseconds> limit);

    Look look_;
    std::mutex mutex_;
    std::map<int, FileDescriptor> processes_;
    FileDescriptor wakes_;
    FileDescriptor events_;
    std::jthread thread_;
};

}  // namespace berth
