#include "launch/supervision.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

#include "launch/cgroup.hpp"
#include "launch/job_process.hpp"
#include "launch/program.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds most_for_strays{5'000};
constexpr milliseconds between_looks{20};  // while processes are being killed
constexpr std::chrono::seconds before_writing_again{1};

void report(const std::string& sentence) {
    std::fprintf(stderr, "berth-supervisor: %s\n", sentence.c_str());
}

FileDescriptor take_signals() {
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int number : {SIGTERM, SIGUSR1, SIGHUP, SIGCHLD}) ::sigaddset(&ours, number);
    ::sigprocmask(SIG_SETMASK, &ours, nullptr);
    for (const int number : {SIGINT, SIGQUIT, SIGPIPE}) ::signal(number, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);  // were it ignored, as a server may, exit codes would be lost
    return FileDescriptor(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
}

StopReason reason_in(const signalfd_siginfo& signal) {
    const bool is_ours =
        signal.ssi_code == SI_QUEUE && signal.ssi_int == static_cast<int>(StopReason::time_is_over);
    return is_ours ? StopReason::time_is_over : StopReason::asked;
}

}  // namespace

Supervision::Supervision(AttemptFolder folder, JobOrder order, std::optional<Instant> booted_at)
    : folder_(std::move(folder)),
      order_(std::move(order)),
      time_(report, booted_at),
      ends_at_(order_.ends_at),
      signals_(take_signals()) {
    // What the job's processes leave behind becomes this process's child, wherever it went.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    status_.boot = boot_id();
    if (const auto self = look_up(::getpid())) status_.supervisor = self->mark;
}

void Supervision::start_job() {
    learn_end();
    if (holds_the_end() && time_.now() >= ends_at_) {
        return end_unstarted("Its time was over before it could start.");
    }
    if (const auto why = try_to_start()) return end_unstarted(*why);
    running_ = true;
}

std::optional<std::string> Supervision::try_to_start() {
    if (const auto workdir = check_workdir(order_.workdir); !workdir) return workdir.error();
    const auto path = order_.env.find("PATH");
    const auto program = find_program(order_.argv.empty() ? "" : order_.argv.front(),
                                      path == order_.env.end() ? "" : path->second, order_.workdir);
    if (!program) return program.error();
    auto job = prepare_job(order_, *program, folder_);
    if (!job) return job.error();
    status_.job = job->mark();
    enter_cgroup();
    status_.started_at = time_.now();
    // From here on it counts as started: should the machine stop now, it is not started again.
    if (const auto written = folder_.write_status(status_); !written) return written.error();
    if (const auto released = job->release(); !released) return released.error();
    return std::nullopt;
}

void Supervision::enter_cgroup() {
    const auto group =
        make_cgroup("berth-" + order_.attempt + "-" + std::to_string(status_.supervisor.pid));
    if (!group) return;
    if (move_into_cgroup(*group, static_cast<pid_t>(status_.job.pid))) {
        status_.cgroup = *group;
    } else {
        remove_cgroup(*group);
    }
}

void Supervision::end_unstarted(const std::string& why) {
    status_.started_at.reset();
    status_.detail = why;
    force_ = Force::firm;  // for the process that was held back
    killed_ = false;
}

void Supervision::run() {
    for (;;) {
        reap();
        if (!has_processes_) break;
        press();
        wait();
        read_signals();
        hold_to_end();
    }
    finish();
}

// As a subreaper this process has children as long as anything that came from the job exists.
void Supervision::reap() {
    for (;;) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid == 0) return;
        if (pid < 0 && errno == EINTR) continue;
        if (pid < 0) {
            has_processes_ = false;
            return;
        }
        if (pid == status_.job.pid) wait_status_ = status;
    }
}

void Supervision::read_signals() {
    signalfd_siginfo signal{};
    while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
        if (signal.ssi_signo == SIGTERM) stop_gently(reason_in(signal));
        if (signal.ssi_signo == SIGUSR1) stop_firmly(reason_in(signal));
        if (signal.ssi_signo == SIGHUP) learn_end();
    }
}

void Supervision::learn_end() {
    ends_at_ = folder_.moved_end().value_or(ends_at_);
}

void Supervision::hold_to_end() {
    if (!holds_the_end() || force_ != Force::none || time_.now() < gentle_end()) return;
    learn_end();  // moved by a server that died before it could say so
    if (time_.now() >= gentle_end()) stop_gently(StopReason::time_is_over);
}

Instant Supervision::gentle_end() const {
    return ends_at_ - milliseconds(order_.grace_ms);
}

// The grace, which ends with the job's time. An end that has passed already (it was moved, or the
// machine was suspended) leaves the whole grace: nobody is killed untold.
milliseconds Supervision::time_to_leave() {
    const milliseconds grace(order_.grace_ms);
    const milliseconds left = ends_at_ - time_.now();
    return holds_the_end() && left > milliseconds(0) ? std::min(grace, left) : grace;
}

void Supervision::stop_gently(StopReason reason) {
    if (force_ != Force::none) return;
    force_ = Force::gentle;
    reason_ = reason;
    firm_at_ = std::chrono::steady_clock::now() + time_to_leave();
    if (!wait_status_) ::killpg(static_cast<pid_t>(status_.job.pid), SIGTERM);
}

void Supervision::stop_firmly(StopReason reason) {
    if (force_ == Force::none) reason_ = reason;
    force_ = Force::firm;
}

void Supervision::press() {
    const auto now = std::chrono::steady_clock::now();
    if (force_ == Force::gentle && now >= firm_at_) force_ = Force::firm;
    if (force_ == Force::firm) {
        if (!wait_status_) killed_ = running_;
        signal_all(SIGKILL);
    } else if (wait_status_) {
        press_strays(now);
    }
}

void Supervision::press_strays(SteadyTime now) {
    if (!strays_until_) {
        strays_until_ = now + std::min(milliseconds(order_.grace_ms), most_for_strays);
        signal_all(SIGTERM);
    } else if (now >= *strays_until_) {
        signal_all(SIGKILL);
    }
}

void Supervision::signal_all(int signal) {
    if (signal == SIGKILL && !status_.cgroup.empty()) kill_cgroup(status_.cgroup);
    for (const auto& process : descendants_of(::getpid())) send_signal(process, signal);
}

int Supervision::wait_limit_ms() {
    if (force_ == Force::firm || wait_status_) return static_cast<int>(between_looks.count());
    if (force_ == Force::none && !holds_the_end()) return -1;
    const auto left =
        force_ == Force::none
            ? std::min<milliseconds>(gentle_end() - time_.now(), between_clock_looks)
            : std::chrono::ceil<milliseconds>(firm_at_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
}

void Supervision::wait() {
    pollfd watched{.fd = signals_.get(), .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, wait_limit_ms());
}

void Supervision::finish() {
    status_.phase = JobPhase::ended;
    status_.ended_at = time_.now();
    if (running_ && wait_status_) {
        const int how = *wait_status_;
        status_.exit_code = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
        status_.detail = end_in_words();
    }
    if (!status_.cgroup.empty()) remove_cgroup(status_.cgroup);
    write_end();
}

std::string Supervision::end_in_words() const {
    std::string words;
    if (killed_) {
        words = reason_ == StopReason::time_is_over
                    ? "Killed at the end of its time, as it had not stopped by then."
                    : "Killed, as it did not stop when it was told to.";
    } else if (force_ != Force::none) {
        words = reason_ == StopReason::time_is_over ? "Stopped at the end of its time."
                                                    : "Stopped when it was told to.";
    } else if (WIFSIGNALED(*wait_status_)) {
        const int signal = WTERMSIG(*wait_status_);
        words = "Killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ").";
    }
    if (strays_until_) {
        words += words.empty() ? "" : " ";
        words += "Processes that it left behind were stopped.";
    }
    return words;
}

// A full disk may have room again later; until then the lock says that this attempt is not over.
void Supervision::write_end() {
    while (::access(folder_.path().c_str(), F_OK) == 0) {
        const auto written = folder_.write_status(status_);
        if (written) return;
        report(written.error());
        // An attempt without a status never ran: leaving it so, the server may try again.
        if (!running_ && !folder_.status()) return;
        std::this_thread::sleep_for(before_writing_again);
    }
}

}  // namespace berth
