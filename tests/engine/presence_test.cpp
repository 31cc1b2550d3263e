// Who shows up and what is used: what scenarios are too coarse for.
#include "engine/presence.hpp"

#include <gtest/gtest.h>

#include "engine/writer_fixture.hpp"

namespace berth::test {
namespace {

class PresenceTest : public WriterTest {};

TEST_F(PresenceTest, nobody_is_missed_without_a_warning_because_the_server_was_down) {
    begin({});
    ASSERT_TRUE(ask("alice", hours_from(monday_ten, 4, {"node1/0"})));
    pass_to(monday_ten);
    wake_up_at(monday_ten + 1h);
    ASSERT_TRUE(seen(1).notice);
    EXPECT_EQ(seen(1).notice->kind, NoticeKind::no_show);
    EXPECT_EQ(seen(1).notice->deadline, monday_ten + 1h + 5min);
    pass_to(monday_ten + 1h + 5min);
    EXPECT_EQ(seen(1).state, ReservationState::expired);
}

TEST_F(PresenceTest, whoever_was_warned_and_could_not_answer_in_an_outage_is_warned_again) {
    begin({});
    ASSERT_TRUE(ask("alice", hours_from(monday_ten, 4, {"node1/0"})));
    pass_to(monday_ten + 20min);
    ASSERT_TRUE(seen(1).notice);
    wake_up_at(monday_ten + 45min);
    ASSERT_EQ(seen(1).state, ReservationState::running);
    EXPECT_EQ(seen(1).notice->deadline, monday_ten + 50min);
    ASSERT_TRUE(ask("alice", CheckIn{{1}, {}}));
    pass_to(monday_ten + 2h);
    EXPECT_EQ(seen(1).state, ReservationState::running);
}

TEST_F(PresenceTest, a_window_that_began_late_gives_its_owner_the_whole_time) {
    begin({});
    ASSERT_TRUE(ask("alice", hours_from(monday_ten, 4, {"node1/0"})));
    wake_up_at(monday_ten + 1h);
    EXPECT_EQ(seen(1).state, ReservationState::running);
    EXPECT_EQ(seen(1).check_in_by, monday_ten + 1h + 30min);
}

TEST_F(PresenceTest, what_a_watcher_says_of_one_that_ended_changes_nothing) {
    begin({});
    ASSERT_TRUE(ask("alice", hours_from(monday_ten, 4, {"node1/0"})));
    ASSERT_TRUE(ask("alice", Cancel{{1}, {}}));
    const auto rows = journal.all().size();
    EXPECT_TRUE(ask("berth", ReportUse{{1}, monday_ten}));
    EXPECT_TRUE(ask("berth", ReportUse{{1}, {}}));
    EXPECT_EQ(journal.all().size(), rows);
}

TEST_F(PresenceTest, the_same_idleness_told_again_is_written_once) {
    begin({});
    ASSERT_TRUE(ask("alice", with_a_job(hours_from(monday_ten, 4, {"node1/0"}))));
    pass_to(monday_ten);
    ASSERT_TRUE(ask("berth", AttemptStarted{{1}, 1}));
    ASSERT_TRUE(ask("berth", ReportUse{{1}, monday_ten}));
    const auto rows = journal.all().size();
    ASSERT_TRUE(ask("berth", ReportUse{{1}, monday_ten}));
    EXPECT_EQ(journal.all().size(), rows);
}

TEST_F(PresenceTest, a_check_in_leaves_the_notice_of_an_eviction_alone) {
    begin({});
    ASSERT_TRUE(ask("alice", hours_from(monday_ten, 4, {"node1/0"})));
    pass_to(monday_ten);
    State state = writer->state();
    const Submission check_in = by("alice", CheckIn{{1}, {}});
    Turn turn(state, check_in, monday_ten + 5min);
    const Notice eviction{NoticeKind::eviction, turn.now(), turn.now() + 30min, {}};
    turn.emit(NoticeGiven{{1}, eviction});
    ASSERT_TRUE(decide_check_in(turn, CheckIn{{1}, {}}));
    EXPECT_EQ(state.find({1})->checked_in, turn.now());
    EXPECT_EQ(state.find({1})->notice, eviction);
}

}  // namespace
}  // namespace berth::test
