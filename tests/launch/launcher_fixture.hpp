// Real jobs on this machine, in a folder of their own, on a wall or a virtual clock.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "files/durable_file.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/local_launcher.hpp"

namespace berth {

class WallClock : public ClockPort {
public:
    [[nodiscard]] Instant now() const override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override {
        return changed.wait_until(lock, deadline, done);
    }
    [[nodiscard]] bool is_virtual() const override { return false; }
};

class VirtualClock : public ClockPort {
public:
    [[nodiscard]] Instant now() const override { return Instant(Duration(now_ms_.load())); }
    bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                    Instant deadline, const std::function<bool()>& done) override {
        while (!done() && now() < deadline) changed.wait_for(lock, Duration(2));
        return done();
    }
    [[nodiscard]] bool is_virtual() const override { return true; }
    void advance(Duration by) { now_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
};

// True as soon as `condition` is; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

class LauncherTest : public testing::Test {
protected:
    LauncherTest() {
        std::string name = testing::TempDir() + "berth-launch-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        options_.attempts_folder = folder_ / "attempts";
        options_.work_folder = folder_ / "work";
        options_.supervisor = BERTH_SUPERVISOR;
        options_.berth_url = "http://127.0.0.1:8420";
        options_.grace = std::chrono::seconds(30);
    }

    ~LauncherTest() override {
        if (!launcher_) open();
        for (const auto& status : launcher_->attempts()) {
            launcher_->stop(status.id);
            if (const auto known = record(status.id)) send_signal(known->supervisor, SIGUSR1);
        }
        eventually([&] {
            return std::ranges::all_of(launcher_->attempts(), [](const auto& one) {
                return one.phase == AttemptStatus::Phase::ended;
            });
        });
        launcher_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void open() { open(wall_); }
    void open(ClockPort& clock) { launcher_ = std::make_unique<LocalLauncher>(clock, options_); }
    void close() { launcher_.reset(); }

    AttemptOrder shell(const std::string& script, std::uint64_t number = 17) {
        AttemptOrder order;
        order.id = {ReservationId{number}, 1};
        order.workload.argv = {"sh", "-c", script};
        order.gpus = {"node1/0"};
        order.devices = {0};
        order.ends_at = wall_.now() + std::chrono::hours(2);
        order.token = "the-job's-own";
        return order;
    }

    AttemptStatus status(const AttemptId& id) {
        for (const auto& one : launcher_->attempts()) {
            if (one.id == id) return one;
        }
        ADD_FAILURE() << id.text() << " is not known";
        return {};
    }
    AttemptStatus ended(const AttemptId& id) {
        EXPECT_TRUE(eventually([&] { return status(id).phase == AttemptStatus::Phase::ended; }))
            << id.text() << " has not ended";
        return status(id);
    }
    AttemptStatus run(const AttemptOrder& order) {
        launcher_->start(order);
        return ended(order.id);
    }

    std::filesystem::path file(const std::string& name) const { return folder_ / name; }
    std::string text(const std::filesystem::path& path) const {
        return read_whole(path).value_or("");
    }
    bool appears(const std::string& name) {
        return eventually([&] { return !text(file(name)).empty(); });
    }
    // The process whose number a job wrote into the file.
    ProcessMark process_in(const std::string& name) {
        EXPECT_TRUE(appears(name)) << name;
        const auto info = look_up(static_cast<pid_t>(std::stol(text(file(name)))));
        return info ? info->mark : ProcessMark{};
    }
    std::optional<JobStatus> record(const AttemptId& id) const {
        return AttemptFolder(options_.attempts_folder / id.text()).status();
    }

    std::filesystem::path folder_;
    LaunchOptions options_;
    WallClock wall_;
    VirtualClock virtual_;
    std::unique_ptr<LocalLauncher> launcher_;
};

}  // namespace berth
