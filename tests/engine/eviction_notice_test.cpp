// Notices of eviction that were due while the server was down.
#include <gmock/gmock.h>

#include "engine/eviction.hpp"
#include "engine/writer_fixture.hpp"

namespace berth::test {
namespace {

const Instant monday_eight_pm = parse_rfc3339("2026-11-30T20:00:00Z").value();
const Instant tuesday_ten = monday_ten + 24h;

// Bob trains on node1/0 until tomorrow, and a P0 of Carol's will have it from 20:00 to 22:00.
class EvictionNoticeTest : public WriterTest {
protected:
    void begin_with(int gpus, const Policy& policy = {}, int of_bob = 1) {
        auto fleet = four_gpus();
        fleet.resize(static_cast<std::size_t>(gpus));
        begin(policy, std::move(fleet));
        const std::vector<std::string> ids{"node1/0", "node1/1", "node1/2"};
        const auto training =
            ask("bob", with_a_job(hours_from(monday_ten, 24, {ids.begin(), ids.begin() + of_bob})));
        ASSERT_TRUE(training);
        bob = training->reservation->id.number;
        pass_to(monday_ten);
        ASSERT_TRUE(ask("berth", AttemptStarted{{bob}, 1}));
    }

    void carol_evicts_bob() {
        ReservationRequest request;
        request.priority = Priority::P0;
        request.gpus.count = 1;
        request.start = StartTime{monday_eight_pm};
        request.hours = 2;
        request.on_conflict = OnConflict::evict;
        const State& state = writer->state();
        const auto plan =
            plan_eviction(state, request, make_exact(state, request, now).value(), now);
        ASSERT_TRUE(plan);
        const auto p0 = ask("carol", Reserve{request, *plan});
        ASSERT_TRUE(p0);
        carol = p0->reservation->id.number;
        ASSERT_EQ(seen(bob).end, monday_eight_pm);
    }

    Answer bob_ends_at(Instant end) {
        Modify change;
        change.id = {bob};
        change.change.end = end;
        return ask("bob", change);
    }

    std::uint64_t bob = 0;
    std::uint64_t carol = 0;
};

TEST_F(EvictionNoticeTest, nobody_is_stopped_for_a_p0_that_got_other_gpus_after_an_outage) {
    begin_with(2);
    Reserve meeting = hours_from(monday_eight_pm, 2, {"node1/1"});
    meeting.request.priority = Priority::P1;
    ASSERT_TRUE(ask("dave", meeting));
    carol_evicts_bob();
    // A whole notice to Bob would run out at 22:15, when the P0's window is over.
    wake_up_at(monday_eight_pm + 105min);
    EXPECT_EQ(seen(carol).state, ReservationState::confirmed);
    EXPECT_EQ(seen(carol).gpus, std::vector<std::string>{"node1/1"});
    EXPECT_EQ(seen(carol).start, monday_eight_pm + 2h);
    EXPECT_EQ(seen(bob).state, ReservationState::running);
    EXPECT_FALSE(seen(bob).eviction);
    EXPECT_EQ(seen(bob).end, tuesday_ten);
}

TEST_F(EvictionNoticeTest, nobody_is_stopped_for_a_p0_whose_whole_window_passed_in_an_outage) {
    begin_with(1);
    carol_evicts_bob();
    wake_up_at(monday_eight_pm + 3h);
    EXPECT_EQ(seen(carol).state, ReservationState::failed);
    EXPECT_EQ(seen(bob).state, ReservationState::running);
    EXPECT_FALSE(seen(bob).eviction);
    EXPECT_EQ(seen(bob).end, tuesday_ten);
}

TEST_F(EvictionNoticeTest, who_gives_way_later_after_an_outage_works_on_until_then) {
    begin_with(1);
    carol_evicts_bob();
    wake_up_at(monday_eight_pm + 105min);
    const Instant midnight = monday_eight_pm + 4h;
    EXPECT_EQ(seen(carol).start, midnight);
    EXPECT_EQ(seen(bob).state, ReservationState::running);
    EXPECT_EQ(seen(bob).end, midnight);
    pass_to(midnight - 30min);
    ASSERT_TRUE(seen(bob).notice);
    EXPECT_EQ(seen(bob).notice->kind, NoticeKind::eviction);
    EXPECT_EQ(seen(bob).notice->deadline, midnight);
}

TEST_F(EvictionNoticeTest, a_p0_that_lost_its_window_to_an_outage_is_not_said_to_give_way) {
    begin_with(1);
    carol_evicts_bob();
    wake_up_at(monday_eight_pm + 105min);
    const auto rows = journal.rows_of({carol});
    const auto displaced = std::ranges::find(rows, "reservation_displaced", &JournalRow::kind);
    ASSERT_NE(displaced, rows.end());
    EXPECT_THAT(displaced->event, testing::HasSubstr("\"by\":null"));
    EXPECT_THAT(displaced->event, testing::HasSubstr("could only be given now"));
}

TEST_F(EvictionNoticeTest, an_offer_that_ran_out_in_an_outage_keeps_nobody_from_going_on) {
    Policy policy;
    policy.offer = 12h;
    begin_with(1, policy);
    Reserve after_carol = two_hours_from(monday_eight_pm + 2h, {"node1/0"});
    after_carol.request.on_conflict = OnConflict::wait;
    after_carol.request.wait = {{}, WaitMode::offer};
    const auto waiting = ask("dave", after_carol);
    ASSERT_TRUE(waiting);
    const auto dave = waiting->reservation->id.number;
    carol_evicts_bob();
    ASSERT_EQ(seen(dave).state, ReservationState::offered);
    wake_up_at(monday_eight_pm + 4h + 30min);
    EXPECT_EQ(seen(dave).state, ReservationState::expired);
    EXPECT_EQ(seen(bob).state, ReservationState::running);
    EXPECT_EQ(seen(bob).end, tuesday_ten);
    // Bob has the GPU on record for all that time: the journal's guard wants Dave's given back.
    const auto place_of = [rows = journal.all()](std::uint64_t number, const std::string& kind) {
        return std::ranges::find_if(rows,
                                    [&](const JournalRow& row) {
                                        return row.kind == kind &&
                                               row.reservation == ReservationId{number}.text();
                                    }) -
               rows.begin();
    };
    EXPECT_LT(place_of(dave, "reservation_ended"), place_of(bob, "eviction_called_off"));
}

TEST_F(EvictionNoticeTest, who_would_leave_anyway_before_a_whole_notice_leaves_at_its_own_end) {
    begin_with(1);
    ASSERT_TRUE(bob_ends_at(monday_eight_pm + 2h));
    const auto follower = ask("dave", two_hours_from(monday_eight_pm + 2h, {"node1/0"}));
    ASSERT_TRUE(follower);
    carol_evicts_bob();
    wake_up_at(monday_eight_pm + 105min);
    EXPECT_EQ(seen(follower->reservation->id.number).start, monday_eight_pm + 2h);
    EXPECT_EQ(seen(bob).end, monday_eight_pm + 2h);
    EXPECT_FALSE(seen(bob).eviction);
    EXPECT_FALSE(seen(bob).continued_by);
}

TEST_F(EvictionNoticeTest, who_gives_back_what_would_be_taken_is_not_evicted) {
    begin_with(1);
    carol_evicts_bob();
    ASSERT_TRUE(bob_ends_at(monday_eight_pm));
    EXPECT_FALSE(seen(bob).eviction);
    pass_to(monday_eight_pm - 10min);
    ASSERT_TRUE(seen(bob).notice);
    EXPECT_EQ(seen(bob).notice->kind, NoticeKind::end);
    EXPECT_FALSE(seen(bob).continued_by);
    EXPECT_EQ(seen(carol).start, monday_eight_pm);
}

TEST_F(EvictionNoticeTest, those_who_lose_a_window_to_a_late_notice_get_another_by_their_rank) {
    begin_with(3, {}, 3);
    carol_evicts_bob();
    const auto book = [&](const std::string& who, Priority priority) {
        Reserve command;
        command.request.gpus.count = 1;
        command.request.priority = priority;
        command.request.start = StartTime{monday_eight_pm};
        command.request.hours = 2;
        const auto booked = ask(who, command);
        return booked ? booked->reservation->id.number : 0;
    };
    const auto dave = book("dave", Priority::P3);
    const auto erin = book("erin", Priority::P1);
    ASSERT_TRUE(ask("frank", hours_from(monday_eight_pm + 4h, 8, {"node1/1", "node1/2"})));
    wake_up_at(monday_eight_pm + 105min);
    EXPECT_LT(seen(erin).start, seen(dave).start);
}

TEST_F(EvictionNoticeTest, nobody_is_stopped_for_the_last_minute_of_a_window) {
    begin_with(1);
    carol_evicts_bob();
    wake_up_at(monday_eight_pm + 89min);
    EXPECT_EQ(seen(carol).end - seen(carol).start, Duration(2h));
    EXPECT_EQ(seen(bob).state, ReservationState::running);
    EXPECT_FALSE(seen(bob).notice);
}

}  // namespace
}  // namespace berth::test
