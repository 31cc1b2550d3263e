// The end of a booked window: what scenarios are too coarse for.
#include "engine/overrun.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/writer_fixture.hpp"

namespace berth::test {
namespace {

class OverrunTest : public WriterTest {};

TEST_F(OverrunTest, the_next_holder_is_shown_with_its_start) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0", "node1/1"}))));
    EXPECT_FALSE(next_holder(writer->state(), seen(1)));
    ASSERT_TRUE(ask("bob", hours_from(monday_ten + 8h, 4, {"node1/1"})));
    ASSERT_TRUE(ask("carol", hours_from(monday_ten + 6h, 2, {"node1/0", "node1/2"})));
    const NextHolder carol{ReservationId{3}, monday_ten + 6h};
    EXPECT_EQ(next_holder(writer->state(), seen(1)), carol);
}

TEST_F(OverrunTest, the_expected_end_of_an_attempt_that_is_over_is_refused) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    pass_to(monday_ten);
    const Answer late = ask("berth", ReportExpectedEnd{{1}, 2, monday_ten + 5h});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, RefusalCode::wrong_state);
    EXPECT_TRUE(ask("berth", ReportExpectedEnd{{1}, 1, monday_ten + 5h}));
    EXPECT_EQ(seen(1).expected_end, monday_ten + 5h);
}

TEST_F(OverrunTest, an_expected_end_is_told_again_once_it_has_moved_by_more_than_half_an_hour) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    pass_to(monday_ten);
    const auto expects = [&](Duration after) {
        ASSERT_TRUE(ask("berth", ReportExpectedEnd{{1}, 1, monday_ten + after}));
    };
    expects(5h);
    expects(5h + 30min);
    EXPECT_EQ(seen(1).expected_end, monday_ten + 5h);
    expects(5h + 31min);
    EXPECT_EQ(seen(1).expected_end, monday_ten + 5h + 31min);
}

TEST_F(OverrunTest, a_job_that_ran_out_while_the_server_was_down_gets_no_more_time) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    pass_to(monday_ten);
    ASSERT_TRUE(ask("berth", AttemptStarted{{1}, 1}));
    wake_up_at(monday_ten + 5h);
    EXPECT_EQ(seen(1).end, monday_ten + 4h);
    ASSERT_TRUE(seen(1).notice);
    EXPECT_FALSE(writer->due() && *writer->due() <= now);
}

// Somebody else may have had its GPUs since: on record both would have them at one time.
TEST_F(OverrunTest, what_is_being_ended_after_its_time_cannot_be_extended_any_more) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    pass_to(monday_ten);
    ASSERT_TRUE(ask("berth", AttemptStarted{{1}, 1}));
    wake_up_at(monday_ten + 5h);
    Modify longer{{1}, {}, {}};
    longer.change.end = monday_ten + 8h;
    const Answer refused = ask("alice", longer);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::wrong_state);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("book anew"));
    Modify renamed{{1}, {}, {}};
    renamed.change.title = "night run";
    EXPECT_TRUE(ask("alice", renamed));
}

TEST_F(OverrunTest, a_p0_whose_victims_are_chosen_is_not_moved) {
    auto gpus = four_gpus();
    for (int device = 0; device < 2; ++device) {
        gpus.push_back({"node2", device, "A100", 40, {}, Health::healthy});
    }
    begin({}, gpus);
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    ASSERT_TRUE(ask("bob", with_a_job(hours_from(monday_ten, 8, {"node1/1"}))));
    pass_to(monday_ten);
    State state = writer->state();
    const Submission tick = by("berth", Tick{});
    Turn turn(state, tick, monday_ten + 3h + 30min);
    turn.emit(EvictionPlanned{{2}, {3}, monday_ten + 4h});
    Reservation urgent = *state.find({1});
    urgent.id = {3};
    urgent.state = ReservationState::confirmed;
    urgent.priority = Priority::P0;
    urgent.gpus = {"node1/0", "node1/1"};
    urgent.start = monday_ten + 4h;
    urgent.end = urgent.booked_end = monday_ten + 6h;
    urgent.asked = GpuRequest{};
    urgent.asked.count = 2;
    turn.emit(ReservationConfirmed{urgent});
    const Reservation job = *state.find({1});
    decide_end(turn, job);
    EXPECT_EQ(state.find({3})->gpus, urgent.gpus);
    ASSERT_TRUE(state.find({1})->notice);
    EXPECT_EQ(state.find({1})->notice->by, ReservationId{3});
}

// Months of random jobs that end early, in time or never, under each rule for overruns.
class RandomOverruns : public OverrunTest, public testing::WithParamInterface<int> {
protected:
    int up_to(int most) { return std::uniform_int_distribution<int>(0, most)(random); }

    void book_one() {
        Reserve command = hours_from(monday_ten + up_to(30) * 2h, 2 * (1 + up_to(15)), {});
        command.request.on_conflict = OnConflict::nearest;
        command.request.priority = static_cast<Priority>(1 + up_to(2));
        if (up_to(3) == 0) {
            command.request.gpus.ids = {"node1/" + std::to_string(up_to(3))};
        } else {
            command.request.gpus.count = 1 + up_to(1);
        }
        if (up_to(4) > 0) command = with_a_job(std::move(command));
        const Answer booked = ask("alice", command);
        if (booked) promised[booked->reservation->id] = *booked->reservation;
    }

    void let_jobs_start_and_end() {
        for (const ReservationId id : std::set(writer->state().begun)) {
            const Reservation job = *writer->state().find(id);
            if (!job.workload) continue;
            if (job.state == ReservationState::starting) {
                ASSERT_TRUE(ask("berth", AttemptStarted{id, job.attempt}));
            }
            const bool is_over = job.end <= now;
            if (is_over) expect_it_was_told(job);
            if (is_over || up_to(39) == 0) {
                ASSERT_TRUE(
                    ask("berth", AttemptEnded{id, job.attempt, is_over ? 137 : 0, now, ""}));
            }
        }
    }

    void expect_it_was_told(const Reservation& job) {
        ASSERT_TRUE(job.notice) << job.id.text();
        EXPECT_EQ(job.notice->kind, NoticeKind::end);
        EXPECT_EQ(job.notice->deadline, job.end);
        EXPECT_GE(job.end - job.notice->given_at, policy.notice) << job.id.text();
    }

    void expect_promises_hold() {
        for (const auto& [id, promise] : promised) {
            const Reservation* known = writer->state().find(id);
            if (known == nullptr) continue;  // it ended long ago
            const Reservation& is = *known;
            const Instant latest = promise.may_start_late_until.value_or(promise.start);
            const bool has_begun_or_will = !is_waiting(is.state);
            ASSERT_TRUE(has_begun_or_will);
            EXPECT_GE(is.start, promise.start);
            EXPECT_LE(is.start, policy.overrun.successors_may_wait ? latest : promise.start);
            EXPECT_EQ(is.booked_end, promise.booked_end);
            EXPECT_LE(is.end, promise.end + overrun_buffer(policy, promise));
            EXPECT_EQ(is.gpus.size(), promise.gpus.size());
            if (!promise.asked.ids.empty()) {
                EXPECT_EQ(is.gpus, promise.gpus);
            }
            if (is.state == ReservationState::confirmed) {
                EXPECT_GT(is.start, now);
            }
        }
    }

    Policy policy;
    std::mt19937 random;
    std::map<ReservationId, Reservation> promised;
};

TEST_P(RandomOverruns, break_no_promise) {
    random.seed(static_cast<unsigned>(GetParam()));
    policy.overrun.share = 0.1 * up_to(5);
    policy.overrun.successors_may_wait = GetParam() % 2 == 1;
    auto gpus = four_gpus();
    gpus.push_back({"node2", 0, "A100", 40, {}, Health::healthy});
    gpus.push_back({"node2", 1, "A100", 40, {}, Health::healthy});
    begin(policy, gpus);
    for (int i = 0; i < 40; ++i) book_one();
    for (int step = 0; step < 1000; ++step) {
        pass_to(now + 30min);
        let_jobs_start_and_end();
        pass_to(now);
        expect_promises_hold();
        if (HasFailure()) FAIL() << "at " << to_rfc3339(now);
    }
    EXPECT_TRUE(writer->state().begun.empty());
    EXPECT_TRUE(writer->state().calendar.index_equals_rebuild());
}

INSTANTIATE_TEST_SUITE_P(seeds, RandomOverruns, testing::Range(0, 40));

}  // namespace
}  // namespace berth::test
