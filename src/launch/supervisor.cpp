#include "launch/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "launch/attempt_folder.hpp"
#include "launch/supervision.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds longest_start{10'000};

void detach_from_server(const AttemptFolder& folder) {
    const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const FileDescriptor errors(::open((folder.path() / "supervisor.log").c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(nothing.get(), STDOUT_FILENO);
    ::dup2(errors.is_open() ? errors.get() : nothing.get(), STDERR_FILENO);
    [[maybe_unused]] const int moved = ::chdir("/");
}

[[noreturn]] void live_as_supervisor(const AttemptFolder& folder, const JobOrder& order,
                                     std::optional<Instant> booted_at, FileDescriptor ready) {
    ::setsid();
    const pid_t pid = ::fork();  // not the session's leader: it can never get a terminal
    if (pid != 0) ::_exit(pid < 0 ? 1 : 0);
    detach_from_server(folder);
    Supervision supervision(folder, order, booted_at);
    supervision.start_job();
    ready.close();
    supervision.run();
    ::_exit(0);
}

void wait_until_closed(int descriptor) {
    pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, static_cast<int>(longest_start.count()));
}

}  // namespace

SupervisorResult start_supervisor(const fs::path& attempt_folder,
                                  std::optional<Instant> booted_at) {
    const AttemptFolder folder(fs::absolute(attempt_folder));
    // Held by this process and then, through the forks, by the supervisor for its life.
    const FileDescriptor lock = folder.take_lock();
    if (!lock.is_open() || folder.status()) return SupervisorResult::already_started;
    const auto order = folder.order();
    if (!order) {
        std::fprintf(stderr, "berth-supervisor: %s\n", order.error().c_str());
        return SupervisorResult::failed;
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return SupervisorResult::failed;
    const FileDescriptor ready(ends[0]);
    FileDescriptor done(ends[1]);
    const pid_t pid = ::fork();
    if (pid < 0) return SupervisorResult::failed;
    if (pid == 0) live_as_supervisor(folder, *order, booted_at, std::move(done));
    done.close();
    int result = 0;
    ::waitpid(pid, &result, 0);
    wait_until_closed(ready.get());
    return SupervisorResult::started;
}

}  // namespace berth
