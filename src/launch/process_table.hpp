// Who runs on this machine, from /proc. A pid alone names nobody for long: a ProcessMark adds when
// the process was started, so that a recycled number is never taken for the old process.
#pragma once

#include <sys/types.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/file_descriptor.hpp"

namespace berth {

struct ProcessMark {
    std::int64_t pid = 0;
    std::uint64_t started = 0;  // clock ticks since this boot

    bool operator==(const ProcessMark&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProcessMark, (), (pid, started))

struct ProcessInfo {
    ProcessMark mark;
    pid_t parent = 0;
    bool is_dead = false;  // a zombie: it holds nothing but its number
};

// Differs after every boot of the machine.
std::string boot_id();

std::optional<ProcessInfo> look_up(pid_t pid);
// Whether this very process still runs.
bool is_alive(const ProcessMark& mark);
// A descriptor of this very process, readable once it ends; closed when it is gone already.
FileDescriptor open_process(const ProcessMark& mark);
// Sends to this very process; `value` comes with the signal. False when it is gone.
bool send_signal(const ProcessMark& mark, int signal, int value = 0);

// Children, their children, and so on; zombies too, as theirs is not reaped yet.
std::vector<ProcessMark> descendants_of(pid_t ancestor);
// Living processes of this user whose environment holds `entry` ("NAME=value").
std::vector<ProcessMark> processes_with_environment(std::string_view entry);

}  // namespace berth
