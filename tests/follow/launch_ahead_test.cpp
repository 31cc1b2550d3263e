#include <gtest/gtest.h>

#include "follower_fixture.hpp"

namespace berth::test {
namespace {

class LaunchAhead : public Followers {
protected:
    LaunchAhead() { launcher.ahead = 10min; }

    [[nodiscard]] std::vector<AttemptOrder> prepared() {
        return launcher.look([](auto& l) { return l.prepared; });
    }
};

TEST_F(LaunchAhead, a_job_is_prepared_ahead_of_its_start_and_not_earlier) {
    book_job();
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    EVENTUALLY(clock.is_awaited_before(ten));
    clock.move(ten - 11min);
    EXPECT_TRUE(prepared().empty());
    clock.move(ten - 10min);
    EVENTUALLY(prepared().size() == 1);
    const AttemptOrder order = prepared().front();
    EXPECT_EQ(order.id, first);
    EXPECT_EQ(order.gpus.size(), 2U);
    EXPECT_EQ(order.nodes, (std::vector<std::string>{"node1", "node1"}));
    EXPECT_EQ(order.token, "token of r-1.1");
    EXPECT_EQ(launcher.look([&](auto& l) { return l.starts.size(); }), 0U);
}

TEST_F(LaunchAhead, what_is_booked_within_that_time_is_prepared_at_once) {
    clock.move(ten - 5min);
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    book_job();
    EVENTUALLY(prepared().size() == 1);
}

TEST_F(LaunchAhead, a_cancelled_job_is_not_prepared) {
    book_job();
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    ASSERT_TRUE(ask("alice", Cancel{{1}, {}}));
    clock.move(ten - 5min);
    book_job();  // the next one shows that the follower has been at work
    EVENTUALLY(!prepared().empty());
    EXPECT_EQ(prepared().front().id.reservation.number, 2U);
}

TEST_F(LaunchAhead, a_launcher_that_prepares_nothing_is_not_asked_to) {
    launcher.ahead = Duration::zero();
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    run_job(follower);
    EXPECT_TRUE(prepared().empty());
}

class LaunchWaits : public LaunchAhead {
protected:
    void start_job(LaunchFollower& follower) {
        book_job();
        clock.move(ten);
        EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
        follower.wake();
    }
};

TEST_F(LaunchWaits, its_owner_reads_what_a_start_waits_for_until_it_runs) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    start_job(follower);
    launcher.waits_for(first, "The image is not there.");
    follower.wake();
    EVENTUALLY(booked().waiting_for == "The image is not there.");
    launcher.set(first, Phase::running);
    follower.wake();
    EVENTUALLY(booked().state == ReservationState::running);
    EXPECT_FALSE(booked().waiting_for);
}

TEST_F(LaunchWaits, words_that_change_back_and_forth_are_told_now_and_then_only) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    start_job(follower);
    launcher.waits_for(first, "one");
    follower.wake();
    EVENTUALLY(booked().waiting_for == "one");
    launcher.waits_for(first, "two");
    follower.wake();
    EVENTUALLY(clock.is_awaited_before(ten + 31s));
    EXPECT_EQ(booked().waiting_for, "one");
    clock.move(ten + 30s);
    EVENTUALLY(booked().waiting_for == "two");
}

TEST_F(LaunchWaits, the_gpus_that_it_really_got_are_the_reservations) {
    Reserve command;  // one of the two
    command.request.gpus.count = 1;
    command.request.start = StartTime{ten};
    command.request.hours = 2;
    command.request.workload.emplace().argv = {"train"};
    ASSERT_TRUE(ask("alice", command));
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    clock.move(ten);
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[first] == 1; }));
    const std::string other = booked().gpus.front() == "node1/4" ? "node1/5" : "node1/4";
    launcher.set(first, Phase::running);
    launcher.has(first, {other});
    follower.wake();
    EVENTUALLY(booked().gpus == std::vector{other});
}

}  // namespace
}  // namespace berth::test
