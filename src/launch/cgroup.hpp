// A control group (version 2) of one attempt, where this user may make one: it holds every process
// of the job, whatever they do to leave their group or session.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth {

// A new leaf under this process's own group; nothing where that is not allowed.
std::optional<std::filesystem::path> make_cgroup(const std::string& name);
bool move_into_cgroup(const std::filesystem::path& group, pid_t pid);
std::vector<pid_t> cgroup_members(const std::filesystem::path& group);
// SIGKILL to all of it at once, so that none can fork away meanwhile.
void kill_cgroup(const std::filesystem::path& group);
void remove_cgroup(const std::filesystem::path& group);

}  // namespace berth
