// Runs attempts as processes of this machine, one small supervisor process each (supervisor.hpp).
//
//     LocalLauncher launcher(clock, options);   // knows at once what became of earlier attempts
//     launcher.on_change([&] { follower.look_again(); });
//     launcher.start(order);
//
// An attempt waits while processes of an earlier one hold any of its GPUs, or work in its folder,
// and starts the moment they are gone. What was ordered before a crash of the server and had not
// begun is begun by the next LocalLauncher on the same folders. Destroying it leaves the jobs
// running. One launcher for a folder at a time; every function may be called from any thread.
//
// Under systemd the server's unit needs KillMode=process, or its restart takes the jobs along.
#pragma once

#include <functional>
#include <memory>

#include "engine/clock_port.hpp"
#include "engine/launcher_port.hpp"
#include "launch/launch_options.hpp"

namespace berth {

class LocalLauncher : public LauncherPort {
public:
    // Throws std::runtime_error when the folders cannot be made.
    LocalLauncher(ClockPort& clock, LaunchOptions options);
    ~LocalLauncher() override;
    LocalLauncher(const LocalLauncher&) = delete;
    LocalLauncher& operator=(const LocalLauncher&) = delete;

    void on_change(std::function<void()> call) override;
    void start(const AttemptOrder& order) override;
    void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                const std::string& message) override;
    void withdraw_notice(const AttemptId& id) override;
    void set_end(const AttemptId& id, Instant ends_at) override;
    void stop(const AttemptId& id) override;
    [[nodiscard]] std::vector<AttemptStatus> attempts() override;
    void forget(const AttemptId& id) override;
    // Takes as long as berth-yolo's check does, at most `check_limit`.
    [[nodiscard]] std::vector<Finding> preflight(const PreflightWish& wish) override;
    [[nodiscard]] std::string log_file(const AttemptId& id) const override;
    [[nodiscard]] std::string work_folder(ReservationId work_of) const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
