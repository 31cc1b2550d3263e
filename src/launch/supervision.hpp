// The supervisor's life with its one job: start it, watch it, stop it, write down its end.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "files/file_descriptor.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/site_time.hpp"
#include "launch/supervisor.hpp"

namespace berth {

class Supervision {
public:
    // The caller holds the folder's lock, and there is no status yet.
    // `booted_at` as in SiteTime.
    Supervision(AttemptFolder folder, JobOrder order, std::optional<Instant> booted_at);

    // On return the program runs, or the status says why it does not.
    void start_job();
    // Returns when every process of the job is gone and its end is on the disk.
    void run();

private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    enum class Force { none, gentle, firm };

    std::optional<std::string> try_to_start();
    void enter_cgroup();
    void end_unstarted(const std::string& why);
    void reap();
    void read_signals();
    void learn_end();
    void hold_to_end();
    void stop_gently(StopReason reason);
    void stop_firmly(StopReason reason);
    [[nodiscard]] bool holds_the_end() const { return order_.clock == SiteClock::wall; }
    [[nodiscard]] Instant gentle_end() const;
    [[nodiscard]] std::chrono::milliseconds time_to_leave();
    void press();
    void press_strays(SteadyTime now);
    void signal_all(int signal);
    [[nodiscard]] int wait_limit_ms();
    void wait();
    void finish();
    [[nodiscard]] std::string end_in_words() const;
    void write_end();

    AttemptFolder folder_;
    JobOrder order_;
    SiteTime time_;
    Instant ends_at_;
    JobStatus status_;
    bool running_ = false;            // the program was started
    bool has_processes_ = true;       // children of ours, which all that come from the job become
    std::optional<int> wait_status_;  // of the job's first process
    Force force_ = Force::none;
    bool killed_ = false;  // the job had to be killed
    StopReason reason_ = StopReason::asked;
    SteadyTime firm_at_;                      // when gentleness ends
    std::optional<SteadyTime> strays_until_;  // set once what the job left behind was told to stop
    FileDescriptor signals_;
};

}  // namespace berth
