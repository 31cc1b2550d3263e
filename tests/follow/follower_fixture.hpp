// The followers' surroundings: an engine on a journal in memory, a clock that the test moves, and a
// launcher whose processes the test plays.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "engine/engine.hpp"
#include "engine/job_token_port.hpp"
#include "engine/launcher_port.hpp"
#include "follow/launch_follower.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

using namespace std::chrono_literals;
using Phase = AttemptStatus::Phase;

inline const Instant nine = parse_rfc3339("2026-11-30T09:00:00Z").value();
inline const Instant ten = parse_rfc3339("2026-11-30T10:00:00Z").value();

// Keeps attempts in memory; the test plays the processes.
class LauncherInMemory : public LauncherPort {
public:
    void on_change(std::function<void()>) override {}
    void prepare(const AttemptOrder& order) override {
        const std::lock_guard lock(mutex_);
        prepared.push_back(order);
    }
    void start(const AttemptOrder& order) override {
        const std::lock_guard lock(mutex_);
        ++starts[order.id];
        orders.emplace(order.id, order);
        statuses_.emplace(order.id, AttemptStatus{order.id, Phase::waiting, {}, {}, {}, ""});
    }
    void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                const std::string& message) override {
        const std::lock_guard lock(mutex_);
        notices[id] = kind + " at " + to_rfc3339(deadline);
        messages[id] = message;
    }
    void set_end(const AttemptId& id, Instant ends_at) override {
        const std::lock_guard lock(mutex_);
        ends[id] = ends_at;
    }
    void withdraw_notice(const AttemptId& id) override {
        const std::lock_guard lock(mutex_);
        notices.erase(id);
    }
    void stop(const AttemptId& id) override {
        const std::lock_guard lock(mutex_);
        stopped.insert(id);
    }
    std::vector<AttemptStatus> attempts() override {
        const std::lock_guard lock(mutex_);
        ++looks;
        std::vector<AttemptStatus> all;
        for (const auto& [id, status] : statuses_) all.push_back(status);
        if (unseen_) statuses_.insert(std::move(unseen_));
        return all;
    }
    bool knows_all() override {
        const std::lock_guard lock(mutex_);
        return !unseen_;
    }
    void forget(const AttemptId& id) override {
        const std::lock_guard lock(mutex_);
        statuses_.erase(id);
    }
    Duration prepares_ahead() const override { return ahead; }
    std::vector<Finding> preflight(const PreflightWish& wish) override {
        const std::lock_guard lock(mutex_);
        ++preflights;
        if (wish.resumption) resumed_from = wish.resumption->checkpoint;
        return {{"program", !program_missing, wish.workload.argv.front()}};
    }
    std::string log_file(const AttemptId& id) const override { return "/logs/" + id.text(); }
    std::string work_folder(ReservationId id) const override { return "/jobs/" + id.text(); }

    void set(const AttemptId& id, Phase phase, std::optional<int> exit_code = {},
             std::optional<Instant> ended_at = {}) {
        const std::lock_guard lock(mutex_);
        statuses_[id] = {id, phase, exit_code, {}, ended_at, ""};
    }
    // It has just begun to look around, and comes upon this one right after it was asked.
    void loses_sight_of(const AttemptId& id) {
        const std::lock_guard lock(mutex_);
        unseen_ = statuses_.extract(id);
    }
    void waits_for(const AttemptId& id, const std::string& words) {
        const std::lock_guard lock(mutex_);
        statuses_[id].waiting_for = words;
    }
    void has(const AttemptId& id, const std::vector<std::string>& gpus) {
        const std::lock_guard lock(mutex_);
        statuses_[id].gpus = gpus;
    }
    template <class Look>
    auto look(Look&& how) {
        const std::lock_guard lock(mutex_);
        return how(*this);
    }

    std::vector<AttemptOrder> prepared;
    std::map<AttemptId, int> starts;
    std::map<AttemptId, AttemptOrder> orders;
    std::set<AttemptId> stopped;
    std::map<AttemptId, std::string> notices;
    std::map<AttemptId, std::string> messages;
    std::map<AttemptId, Instant> ends;
    int looks = 0;  // how often somebody asked for the attempts
    int preflights = 0;
    std::string resumed_from;  // what a preflight was last asked to look for
    bool program_missing = false;
    Duration ahead{};  // set before anything follows

private:
    std::mutex mutex_;
    std::map<AttemptId, AttemptStatus> statuses_;
    std::map<AttemptId, AttemptStatus>::node_type unseen_;
};

inline void ignore_report(const std::string&) {}

class PlainTokens : public JobTokenPort {
public:
    std::string issue(const AttemptId& attempt) const override {
        return "token of " + attempt.text();
    }
    std::optional<AttemptId> verify(std::string_view) const override { return std::nullopt; }
};

inline void eventually(const std::function<bool()>& holds, const char* what) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (holds()) return;
        // Not at once: what it asks under a lock would keep from that lock whom it waits for.
        std::this_thread::sleep_for(1ms);
    }
    FAIL() << "it never came true: " << what;
}
#define EVENTUALLY(...) eventually([&] { return (__VA_ARGS__); }, #__VA_ARGS__)

class Followers : public testing::Test {
protected:
    Followers() {
        std::vector<GpuSpec> gpus;
        for (int device = 0; device < 2; ++device) {
            gpus.push_back({"node1", device + 4, "A100", 40, {}, Health::healthy});
        }
        (void)ask("berth", DeclareFleet{gpus});
    }

    Answer ask(const std::string& actor, Command command) {
        return engine.ask({.actor = actor,
                           .reason = {},
                           .idempotency_key = {},
                           .body_hash = {},
                           .command = std::move(command)});
    }

    void book_job() {
        Reserve command;
        command.request.gpus.count = 2;
        command.request.start = StartTime{ten};
        command.request.hours = 2;
        command.request.workload.emplace().argv = {"train"};
        const Answer answer = ask("alice", command);
        ASSERT_TRUE(answer);
    }

    // A booked job, seen running at its start.
    void run_job(LaunchFollower& follower) {
        book_job();
        clock.move(ten);
        EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
        launcher.set(first, Phase::running);
        follower.wake();
        EVENTUALLY(booked().state == ReservationState::running);
    }

    void end_at(Instant end) {
        Modify change{{1}, {}, {}};
        change.change.end = end;
        ASSERT_TRUE(ask("alice", change));
    }

    std::string notice() {
        return launcher.look(
            [&](auto& l) { return l.notices.contains(first) ? l.notices[first] : ""; });
    }

    [[nodiscard]] Reservation booked() const {
        Reservation found;
        engine.read([&](const View& view) { found = *view.find({1}); });
        return found;
    }

    MemoryJournal journal;
    ManualClock clock{nine};
    Engine engine{journal,
                  clock,
                  {.grid = SlotGrid::make("UTC", 120min).value(),
                   .limits = {},
                   .largest_batch = 256,
                   .report = {},
                   .give_up = {}}};
    LauncherInMemory launcher;
    PlainTokens tokens;
    const AttemptId first{{1}, 1};
};

}  // namespace berth::test
