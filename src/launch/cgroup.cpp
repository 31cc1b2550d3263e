#include "launch/cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>
#include <sstream>
#include <string_view>

#include "files/durable_file.hpp"
#include "files/file_descriptor.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

// Where the version 2 hierarchy is mounted. A line of mountinfo is
// "id parent major:minor root mount-point options … - type source options".
std::optional<fs::path> mount_point() {
    std::istringstream lines(read_whole("/proc/self/mountinfo").value_or(""));
    for (std::string line; std::getline(lines, line);) {
        const auto separator = line.find(" - ");
        if (separator == std::string::npos) continue;
        if (!std::string_view(line).substr(separator + 3).starts_with("cgroup2 ")) continue;
        std::istringstream fields(line);
        std::string skipped;
        std::string mount;
        fields >> skipped >> skipped >> skipped >> skipped >> mount;
        return mount;
    }
    return std::nullopt;
}

std::optional<std::string> own_group() {
    std::istringstream lines(read_whole("/proc/self/cgroup").value_or(""));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("0::/")) return line.substr(4);
    }
    return std::nullopt;
}

bool write_control(const fs::path& file, const std::string& text) {
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    return opened.is_open() &&
           ::write(opened.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

std::optional<fs::path> make_cgroup(const std::string& name) {
    const auto mount = mount_point();
    const auto own = own_group();
    if (!mount || !own) return std::nullopt;
    const fs::path group = *mount / *own / name;
    if (::mkdir(group.c_str(), 0755) != 0) return std::nullopt;
    return group;
}

bool move_into_cgroup(const fs::path& group, pid_t pid) {
    return write_control(group / "cgroup.procs", std::to_string(pid));
}

std::vector<pid_t> cgroup_members(const fs::path& group) {
    std::istringstream lines(read_whole(group / "cgroup.procs").value_or(""));
    std::vector<pid_t> members;
    for (pid_t pid = 0; lines >> pid;) members.push_back(pid);
    return members;
}

void kill_cgroup(const fs::path& group) {
    if (write_control(group / "cgroup.kill", "1")) return;
    for (const pid_t pid : cgroup_members(group)) {  // kernels before 5.14 lack cgroup.kill
        if (pid > 1) ::kill(pid, SIGKILL);
    }
}

void remove_cgroup(const fs::path& group) {
    ::rmdir(group.c_str());
}

}  // namespace berth
