#include "launch/process_table.hpp"

#include <sys/syscall.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>

#include "files/durable_file.hpp"

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgot to say so itself
}

namespace berth {

namespace fs = std::filesystem;

namespace {

std::vector<pid_t> all_pids() {
    std::vector<pid_t> pids;
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename();
        pid_t pid = 0;
        const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (bad == std::errc() && stop == name.data() + name.size()) pids.push_back(pid);
    }
    return pids;
}

bool holds_entry(std::string_view environment, std::string_view entry) {
    while (!environment.empty()) {
        const auto end = environment.find('\0');
        if (environment.substr(0, end) == entry) return true;
        if (end == std::string_view::npos) return false;
        environment.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

std::string boot_id() {
    auto text = read_whole("/proc/sys/kernel/random/boot_id").value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::optional<ProcessInfo> look_up(pid_t pid) {
    const auto text = read_whole("/proc/" + std::to_string(pid) + "/stat");
    if (!text) return std::nullopt;
    // "pid (name) state parent …": the name may hold spaces and brackets, so count from its end.
    const auto name_end = text->rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(text->substr(name_end + 1));
    char state = 0;
    ProcessInfo info;
    fields >> state >> info.parent;
    std::string skipped;
    for (int field = 5; field < 20; ++field) fields >> skipped;
    int threads = 0;
    fields >> threads >> skipped >> info.mark.started;
    if (!fields) return std::nullopt;
    info.mark.pid = pid;
    // A zombie whose other threads still run is not dead: only its first thread has left.
    info.is_dead = (state == 'Z' || state == 'X') && threads <= 1;
    return info;
}

bool is_alive(const ProcessMark& mark) {
    if (mark.pid <= 0) return false;
    const auto info = look_up(static_cast<pid_t>(mark.pid));
    return info && info->mark == mark && !info->is_dead;
}

FileDescriptor open_process(const ProcessMark& mark) {
    if (mark.pid <= 0) return {};
    FileDescriptor process(::pidfd_open(static_cast<pid_t>(mark.pid), 0));
    // Looked up after opening: from here on the descriptor cannot mean another process.
    if (!process.is_open() || !is_alive(mark)) return {};
    return process;
}

bool send_signal(const ProcessMark& mark, int signal, int value) {
    const auto process = open_process(mark);
    if (!process.is_open()) return false;
    siginfo_t info{};
    info.si_signo = signal;
    info.si_code = SI_QUEUE;
    info.si_pid = ::getpid();
    info.si_uid = ::getuid();
    info.si_value.sival_int = value;
    return ::pidfd_send_signal(process.get(), signal, &info, 0) == 0;
}

std::vector<ProcessMark> descendants_of(pid_t ancestor) {
    std::multimap<pid_t, ProcessMark> children;
    for (const pid_t pid : all_pids()) {
        if (const auto info = look_up(pid)) children.emplace(info->parent, info->mark);
    }
    std::vector<ProcessMark> found;
    std::vector<pid_t> open{ancestor};
    while (!open.empty()) {
        const pid_t parent = open.back();
        open.pop_back();
        const auto [first, last] = children.equal_range(parent);
        for (auto child = first; child != last; ++child) {
            found.push_back(child->second);
            open.push_back(static_cast<pid_t>(child->second.pid));
        }
        children.erase(first, last);
    }
    return found;
}

std::vector<ProcessMark> processes_with_environment(std::string_view entry) {
    std::vector<ProcessMark> found;
    for (const pid_t pid : all_pids()) {
        const auto info = look_up(pid);
        if (!info || info->is_dead) continue;
        const auto environment = read_whole("/proc/" + std::to_string(pid) + "/environ");
        if (environment && holds_entry(*environment, entry)) found.push_back(info->mark);
    }
    return found;
}

}  // namespace berth
