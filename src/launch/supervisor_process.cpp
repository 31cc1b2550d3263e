#include "launch/supervisor_process.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>

#include "files/durable_file.hpp"
#include "launch/supervisor.hpp"

namespace berth {

std::expected<void, std::string> run_supervisor(const std::filesystem::path& program,
                                                const AttemptFolder& folder,
                                                std::optional<Instant> booted_at) {
    std::string name = program;
    std::string path = folder.path();
    std::string booted = booted_at ? to_rfc3339(*booted_at) : "";
    char* arguments[] = {name.data(), path.data(), booted_at ? booted.data() : nullptr, nullptr};
    char* environment[] = {nullptr};  // the job's comes from its order, and nothing else is needed
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, name.c_str(), nullptr, nullptr, arguments, environment);
    if (error != 0) {
        return std::unexpected("The supervisor " + name +
                               " could not be run: " + system_error_text(error) + ".");
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return {};  // somebody else took its result; the folder tells
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == static_cast<int>(SupervisorResult::failed)) {
        return std::unexpected("The supervisor could not start for " + path + ".");
    }
    return {};
}

}  // namespace berth
