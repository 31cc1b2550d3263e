// The followers between the engine and the adapters: what should be becomes what is, once.
#include "follow/archive_follower.hpp"
#include "follow/follower_fixture.hpp"
#include "follow/launch_follower.hpp"
#include "follow/preflight_follower.hpp"
#include "follow/snapshot_follower.hpp"

namespace berth::test {
namespace {

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

TEST_F(Followers, a_job_that_the_launcher_comes_upon_as_it_is_asked_is_not_lost) {
    {
        LaunchFollower before(engine, launcher, tokens, clock, ignore_report);
        run_job(before);
    }
    launcher.loses_sight_of(first);
    LaunchFollower after(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(launcher.knows_all());
    launcher.set(first, Phase::ended, 0, ten + 90min);
    after.wake();
    EVENTUALLY(is_ended(booked().state));
    EXPECT_EQ(booked().state, ReservationState::completed) << *booked().detail;
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

TEST_F(Followers, what_a_launcher_makes_ready_is_looked_at_while_it_does) {
    launcher.ahead = 10min;
    const PreflightFollower follower(engine, launcher, clock, ignore_report);
    book_job();
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights; }) == 1);
    clock.move(ten - 30min);
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights; }) == 2);
    clock.move(ten - 5min);
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights; }) == 3);
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

TEST_F(Followers, an_extension_that_a_crash_kept_from_the_job_reaches_it_after_the_restart) {
    {
        LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
        run_job(follower);
    }
    end_at(ten + 4h);
    const LaunchFollower restarted(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(launcher.look([&](auto& l) { return l.ends[first] == ten + 4h; }));
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
}  // namespace berth::test
