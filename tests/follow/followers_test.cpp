// The followers between the engine and the adapters: what should be becomes what is, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "follow/archive_follower.hpp"
#include "follow/launch_follower.hpp"
#include "follow/notify_follower.hpp"
#include "follow/preflight_follower.hpp"
#include "follow/snapshot_follower.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_journal.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using test::ManualClock;
using test::MemoryJournal;
using Phase = AttemptStatus::Phase;

const Instant nine = parse_rfc3339("2026-11-30T09:00:00Z").value();
const Instant ten = parse_rfc3339("2026-11-30T10:00:00Z").value();

// Keeps attempts in memory; the test plays the processes.
class LauncherInMemory : public LauncherPort {
public:
    void start(const AttemptOrder& order) override {
        const std::lock_guard lock(mutex_);
        ++starts[order.id];
        orders.emplace(order.id, order);
        statuses_.emplace(order.id, AttemptStatus{order.id, Phase::waiting, {}, {}, {}, ""});
    }
    void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                const std::string&) override {
        const std::lock_guard lock(mutex_);
        notices[id] = kind + " at " + to_rfc3339(deadline);
    }
    void set_end(const AttemptId& id, Instant ends_at) override {
        const std::lock_guard lock(mutex_);
        ends[id] = ends_at;
        if (notices[id] != "end at " + to_rfc3339(ends_at)) notices.erase(id);
    }
    void stop(const AttemptId& id) override {
        const std::lock_guard lock(mutex_);
        stopped.insert(id);
    }
    std::vector<AttemptStatus> attempts() override {
        const std::lock_guard lock(mutex_);
        std::vector<AttemptStatus> all;
        for (const auto& [id, status] : statuses_) all.push_back(status);
        return all;
    }
    void forget(const AttemptId& id) override {
        const std::lock_guard lock(mutex_);
        statuses_.erase(id);
    }
    std::vector<Finding> preflight(const Workload& workload) override {
        const std::lock_guard lock(mutex_);
        ++preflights;
        return {{"program", !program_missing, workload.argv.front()}};
    }
    std::string log_file(const AttemptId& id) const override { return "/logs/" + id.text(); }
    std::string work_folder(ReservationId id) const override { return "/jobs/" + id.text(); }

    void set(const AttemptId& id, Phase phase, std::optional<int> exit_code = {},
             std::optional<Instant> ended_at = {}) {
        const std::lock_guard lock(mutex_);
        statuses_[id] = {id, phase, exit_code, {}, ended_at, ""};
    }
    template <class Look>
    auto look(Look&& how) {
        const std::lock_guard lock(mutex_);
        return how(*this);
    }

    std::map<AttemptId, int> starts;
    std::map<AttemptId, AttemptOrder> orders;
    std::set<AttemptId> stopped;
    std::map<AttemptId, std::string> notices;
    std::map<AttemptId, Instant> ends;
    int preflights = 0;
    bool program_missing = false;

private:
    std::mutex mutex_;
    std::map<AttemptId, AttemptStatus> statuses_;
};

void ignore_report(const std::string&) {}

class PlainTokens : public JobTokenPort {
public:
    std::string issue(const AttemptId& attempt) const override {
        return "token of " + attempt.text();
    }
    std::optional<AttemptId> verify(std::string_view) const override { return std::nullopt; }
};

void eventually(const std::function<bool()>& holds, const char* what) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (holds()) return;
        std::this_thread::yield();
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

TEST_F(Followers, a_job_is_started_at_its_time_on_its_gpus_and_followed_to_its_end) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    book_job();
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    const AttemptOrder order = launcher.look([&](auto& l) { return l.orders.at(first); });
    EXPECT_THAT(order.gpus, testing::ElementsAre("node1/4", "node1/5"));
    EXPECT_THAT(order.devices, testing::ElementsAre(4, 5));
    EXPECT_EQ(order.ends_at, ten + 2h);
    EXPECT_EQ(order.token, "token of r-1.1");

    launcher.set(first, Phase::running);
    follower.wake();
    EVENTUALLY(booked().state == ReservationState::running);
    clock.move(ten + 30min);
    launcher.set(first, Phase::ended, 0, ten + 20min);
    follower.wake();
    EVENTUALLY(booked().state == ReservationState::completed);
    EXPECT_EQ(booked().ended_at, ten + 20min);
}

TEST_F(Followers, a_restarted_server_learns_the_true_end_and_starts_nothing_twice) {
    {
        const LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
        book_job();
        clock.move(ten);
        EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    }
    launcher.set(first, Phase::ended, 9, ten + 5min);
    clock.move(ten + 1h);
    const LaunchFollower restarted(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(booked().state == ReservationState::failed);
    EXPECT_EQ(booked().exit_code, 9);
    EXPECT_EQ(booked().ended_at, ten + 5min);
    EXPECT_EQ(launcher.starts[first], 1);
}

TEST_F(Followers, a_running_job_that_the_launcher_lost_fails_and_is_never_started_again) {
    {
        LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
        book_job();
        clock.move(ten);
        EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
        launcher.set(first, Phase::running);
        follower.wake();
        EVENTUALLY(booked().state == ReservationState::running);
    }
    launcher.forget(first);
    const LaunchFollower restarted(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(booked().state == ReservationState::failed);
    EXPECT_EQ(launcher.starts[first], 1);
}

TEST_F(Followers, a_running_job_is_told_of_its_end_half_an_hour_before) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    book_job();
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    launcher.set(first, Phase::running);
    follower.wake();
    EVENTUALLY(booked().state == ReservationState::running);
    clock.move(ten + 89min);
    EXPECT_TRUE(launcher.look([](auto& l) { return l.notices.empty(); }));
    clock.move(ten + 90min);
    EVENTUALLY(
        launcher.look([&](auto& l) { return l.notices[first] == "end at 2026-11-30T12:00:00Z"; }));
}

TEST_F(Followers, a_cancelled_job_is_stopped_and_ends_cancelled_once_it_is_gone) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    book_job();
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    launcher.set(first, Phase::running);
    ASSERT_TRUE(ask("alice", Cancel{{1}, {}}));
    EVENTUALLY(launcher.look([&](auto& l) { return l.stopped.contains(first); }));
    EXPECT_EQ(booked().state, ReservationState::releasing);
    launcher.set(first, Phase::ended, 143, ten);
    follower.wake();
    EVENTUALLY(booked().state == ReservationState::cancelled);
}

TEST_F(Followers,
       what_a_preflight_finds_is_on_the_reservation_and_looked_at_again_before_the_start) {
    launcher.program_missing = true;
    const PreflightFollower follower(engine, launcher, clock, ignore_report);
    book_job();
    EVENTUALLY(booked().preflight == std::vector<Finding>{{"program", false, "train"}});
    launcher.look([](auto& l) { return l.program_missing = false; });
    clock.move(ten - 30min);
    EVENTUALLY(booked().preflight == std::vector<Finding>{{"program", true, "train"}});
    EXPECT_EQ(launcher.look([](auto& l) { return l.preflights; }), 2);
}

class NotifierInMemory : public NotifierPort {
public:
    bool concerns(const std::string& kind) const override { return kind != uninteresting; }
    std::expected<void, std::string> deliver(const Published& published) override {
        const std::lock_guard lock(mutex_);
        if (refused_.contains(published.row.sequence)) return std::unexpected("no such address");
        delivered_.push_back(published.row.sequence);
        return {};
    }
    void refuse(std::set<std::uint64_t> sequences) {
        const std::lock_guard lock(mutex_);
        refused_ = std::move(sequences);
    }
    std::vector<std::uint64_t> delivered() {
        const std::lock_guard lock(mutex_);
        return delivered_;
    }

    std::string uninteresting;

private:
    std::mutex mutex_;
    std::set<std::uint64_t> refused_;
    std::vector<std::uint64_t> delivered_;
};

using Sequences = std::vector<std::uint64_t>;

TEST_F(Followers, a_notification_that_fails_holds_up_no_other_and_is_tried_again) {
    NotifierInMemory notifier;
    notifier.refuse({1});
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  ignore_report);
    book_job();
    EVENTUALLY(notifier.delivered() == Sequences{2});
    EVENTUALLY(clock.is_awaited_before(nine + 1min));
    notifier.refuse({});
    clock.move(nine + 1min);
    EVENTUALLY(notifier.delivered() == Sequences{2, 1});
}

TEST_F(Followers, rows_that_concern_nobody_are_passed_over_and_the_next_is_not) {
    NotifierInMemory notifier;
    notifier.uninteresting = "reservation_confirmed";
    book_job();
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  ignore_report);
    EVENTUALLY(notifier.delivered() == Sequences{1});
    EVENTUALLY(journal.cursor("notifier") == 2);
    Modify longer{{1}, {}, {}};
    longer.change.end = ten + 4h;
    ASSERT_TRUE(ask("alice", longer));
    EVENTUALLY(notifier.delivered() == (Sequences{1, 3}));
}

TEST_F(Followers, what_was_still_owed_at_a_restart_is_delivered_and_the_rest_only_once) {
    NotifierInMemory notifier;
    book_job();
    {
        const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                      ignore_report);
        EVENTUALLY(notifier.delivered() == Sequences{1, 2});
        notifier.refuse({3});
        ASSERT_TRUE(ask("alice", Cancel{{1}, {}}));
        EVENTUALLY(clock.is_awaited_before(nine + 1min));
    }
    notifier.refuse({});
    const NotifyFollower restarted(engine, journal, journal, journal, notifier, clock,
                                   ignore_report);
    EVENTUALLY(notifier.delivered() == Sequences{1, 2, 3});
}

TEST_F(Followers, a_notification_that_fails_for_days_is_given_up_with_a_word) {
    NotifierInMemory notifier;
    notifier.refuse({1});
    std::atomic<int> given_up = 0;
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  [&](const std::string& what) {
                                      if (what.find("is given up") != std::string::npos) ++given_up;
                                  });
    EVENTUALLY(clock.is_awaited_before(nine + 1min));
    clock.move(nine + 97h);
    EVENTUALLY(given_up == 1);
    EVENTUALLY(journal.cursor("notifier") == 1);
}

TEST_F(Followers, a_follower_survives_a_store_that_fails_and_goes_on) {
    class FailingOnce : public MemoryJournal {
    public:
        std::uint64_t cursor(const std::string& follower) override {
            if (!failed_.exchange(true)) throw std::runtime_error("the disk is full");
            return MemoryJournal::cursor(follower);
        }

    private:
        std::atomic<bool> failed_ = false;
    } cursors;
    NotifierInMemory notifier;
    std::atomic<int> reports = 0;
    const NotifyFollower follower(engine, journal, journal, cursors, notifier, clock,
                                  [&](const std::string&) { ++reports; });
    EVENTUALLY(reports == 1 && clock.is_awaited_before(nine + 1min));
    clock.move(nine + 1min);
    EVENTUALLY(notifier.delivered() == Sequences{1});
}

TEST_F(Followers, an_end_that_a_full_disk_turned_down_is_reported_again) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    book_job();
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    journal.refuse_next(CommitOutcome::disk_full);
    launcher.set(first, Phase::ended, 0, ten);
    follower.wake();
    EVENTUALLY(clock.is_awaited_before(ten + 1min));
    EXPECT_EQ(booked().state, ReservationState::starting);
    clock.move(ten + 1min);
    EVENTUALLY(booked().state == ReservationState::completed);
}

class ArchiveInMemory : public ArchivePort {
public:
    std::expected<std::string, std::string> keep(const Reservation& reservation,
                                                 const AttemptId& attempt, const std::string& log,
                                                 const std::string& work) override {
        const std::lock_guard lock(mutex);
        if (failures-- > 0) return std::unexpected("the disk is full");
        kept.push_back(attempt.text() + " " + log + " " + work + " " +
                       boost::describe::enum_to_string(reservation.state, "?"));
        return "/archive";
    }
    std::optional<std::string> log(const AttemptId&) const override { return std::nullopt; }
    std::mutex mutex;
    int failures = 0;
    std::vector<std::string> kept;
};

TEST_F(Followers, an_ended_attempt_is_archived_with_its_outcome_also_when_the_first_try_fails) {
    ArchiveInMemory archive;
    archive.failures = 1;
    std::vector<std::string> reports;
    LaunchFollower launch(engine, launcher, tokens, clock, ignore_report);
    const ArchiveFollower follower(engine, launcher, archive, clock,
                                   [&](const std::string& what) { reports.push_back(what); });
    book_job();
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    launcher.set(first, Phase::ended, 0, ten);
    launch.wake();
    EVENTUALLY(booked().state == ReservationState::completed);
    EVENTUALLY(clock.is_awaited_before(ten + 1min));
    clock.move(ten + 1min);
    EVENTUALLY(launcher.attempts().empty());
    EXPECT_THAT(archive.kept, testing::ElementsAre("r-1.1 /logs/r-1.1 /jobs/r-1 completed"));
}

TEST_F(Followers, an_extension_reaches_the_running_job) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    run_job(follower);
    end_at(ten + 4h);
    EVENTUALLY(launcher.look([&](auto& l) { return l.ends[first] == ten + 4h; }));
}

TEST_F(Followers, an_extended_job_is_no_longer_told_of_its_old_end_but_in_time_of_its_new_one) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    run_job(follower);
    clock.move(ten + 90min);
    EVENTUALLY(notice() == "end at 2026-11-30T12:00:00Z");
    end_at(ten + 4h);
    EVENTUALLY(notice().empty());
    clock.move(ten + 209min);
    EXPECT_EQ(notice(), "");
    clock.move(ten + 210min);
    EVENTUALLY(notice() == "end at 2026-11-30T14:00:00Z");
}

TEST_F(Followers, a_job_that_is_shortened_to_a_near_end_is_told_at_once) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    run_job(follower);
    end_at(ten + 4h);
    clock.move(ten + 95min);
    end_at(ten + 2h);
    EVENTUALLY(launcher.look([&](auto& l) { return l.ends[first] == ten + 2h; }));
    EVENTUALLY(notice() == "end at 2026-11-30T12:00:00Z");
}

TEST_F(Followers, an_extension_that_a_crash_kept_from_the_job_reaches_it_after_the_restart) {
    {
        LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
        run_job(follower);
        clock.move(ten + 90min);
        EVENTUALLY(notice() == "end at 2026-11-30T12:00:00Z");
    }
    end_at(ten + 4h);
    const LaunchFollower restarted(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(launcher.look([&](auto& l) { return l.ends[first] == ten + 4h; }));
    EVENTUALLY(notice().empty());
}

TEST_F(Followers, a_moved_booking_is_checked_again_half_an_hour_before_its_new_start) {
    PreflightFollower follower(engine, launcher, clock, ignore_report);
    book_job();
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights == 1; }));
    Modify later{{1}, {}, {}};
    later.change.start = StartTime{ten + 2h};
    ASSERT_TRUE(ask("alice", later));
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights == 2; }));
    clock.move(ten + 2h - 30min);
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights == 3; }));
}

TEST_F(Followers, a_snapshot_is_taken_every_so_many_rows_and_recovery_begins_with_it) {
    SnapshotFollower follower(engine, journal, clock, {.rows = 5, .rows_at_stop = 1},
                              ignore_report);
    for (int slot = 0; slot < 6; ++slot) {
        Reserve command;
        command.request.gpus.count = 1;
        command.request.start = StartTime{ten + slot * 2h};
        command.request.hours = 2;
        ASSERT_TRUE(ask("alice", command));
    }
    const auto newest = [&] { return journal.newest(ignore_report); };
    EVENTUALLY(newest().has_value());
    EXPECT_GE(newest()->through, 5U);

    const auto last_row = journal.all().back().sequence;
    follower.finish();
    EXPECT_EQ(newest()->through, last_row);
    Engine restarted(journal, clock,
                     {.grid = SlotGrid::make("UTC", 120min).value(),
                      .limits = {},
                      .largest_batch = 256,
                      .snapshots = &journal,
                      .report = {},
                      .give_up = {}});
    EXPECT_EQ(restarted.rows_recovered(), 1U);
    restarted.read([](const View& view) { EXPECT_EQ(view.reservations.size(), 6U); });
}

}  // namespace
}  // namespace berth
