#include "launch/job_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "files/durable_file.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

struct Pipe {
    FileDescriptor reader;
    FileDescriptor writer;
};

std::expected<Pipe, std::string> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return std::unexpected("Cannot make a pipe: " + system_error_text(errno) + ".");
    }
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// What the child needs, made before the fork.
struct Launch {
    std::string program;
    std::string workdir;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    pid_t parent = 0;
    int input = -1;
    int output = -1;
    int gate = -1;
    int failure = -1;
};

void restore_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(Launch& launch) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != launch.parent) ::_exit(127);
    auto arguments = pointers_to(launch.arguments);
    auto environment = pointers_to(launch.environment);
    char go = 0;
    if (::read(launch.gate, &go, 1) != 1) ::_exit(127);
    const bool ready =
        ::dup2(launch.input, STDIN_FILENO) >= 0 && ::dup2(launch.output, STDOUT_FILENO) >= 0 &&
        ::dup2(launch.output, STDERR_FILENO) >= 0 && ::chdir(launch.workdir.c_str()) == 0;
    if (ready) {
        restore_signals();
        ::execve(launch.program.c_str(), arguments.data(), environment.data());
    }
    const int why = errno;
    [[maybe_unused]] const auto told = ::write(launch.failure, &why, sizeof why);
    ::_exit(127);
}

}  // namespace

std::expected<void, std::string> JobProcess::release() {
    if (::write(gate_.get(), "g", 1) != 1) {
        return std::unexpected("The job's process ended before its program could start.");
    }
    gate_.close();
    int why = 0;
    ssize_t got = 0;
    do {
        got = ::read(failure_.get(), &why, sizeof why);
    } while (got < 0 && errno == EINTR);
    failure_.close();
    if (got != sizeof why) return {};  // closed by a program that runs
    std::string sentence =
        "The program " + program_ + " could not be run: " + system_error_text(why) + ".";
    if (why == ENOENT) sentence += " Its first line may name an interpreter that is not there.";
    if (why == ENOEXEC) sentence += " A script needs a first line such as #!/bin/sh.";
    return std::unexpected(sentence);
}

std::expected<JobProcess, std::string> prepare_job(const JobOrder& order, const fs::path& program,
                                                   const AttemptFolder& folder) {
    auto gate = make_pipe();
    if (!gate) return std::unexpected(gate.error());
    auto failure = make_pipe();
    if (!failure) return std::unexpected(failure.error());
    const FileDescriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const FileDescriptor output(
        ::open(folder.log_file().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!input.is_open() || !output.is_open()) {
        return std::unexpected("Cannot open " + folder.log_file().string() + ": " +
                               system_error_text(errno) + ".");
    }
    Launch launch{.program = program,
                  .workdir = order.workdir,
                  .arguments = order.argv,
                  .environment = {},
                  .parent = ::getpid(),
                  .input = input.get(),
                  .output = output.get(),
                  .gate = gate->reader.get(),
                  .failure = failure->writer.get()};
    for (const auto& [name, value] : order.env) launch.environment.push_back(name + "=" + value);
    const pid_t pid = ::fork();
    if (pid < 0) {
        return std::unexpected("Cannot start a process: " + system_error_text(errno) + ".");
    }
    if (pid == 0) {
        gate->writer.close();  // so that the child sees it close when the supervisor dies
        run_child(launch);
    }
    const auto info = look_up(pid);
    const auto mark = info ? info->mark : ProcessMark{pid, 0};
    return JobProcess(mark, program, std::move(gate->writer), std::move(failure->reader));
}

}  // namespace berth
