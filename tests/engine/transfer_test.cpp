// Handing over: what scenarios are too coarse for.
#include "engine/transfer.hpp"

#include <gtest/gtest.h>

#include "engine/decide.hpp"
#include "engine/writer_fixture.hpp"

namespace berth::test {
namespace {

class TransferTest : public WriterTest {
protected:
    void SetUp() override {
        Policy policy;
        policy.teams["vision"] = {{"alice", "bob", "carol"}, {"carol"}, {}};
        policy.teams["nlp"] = {{"alice", "dave"}, {}, {}};
        begin(policy);
        auto booked = two_hours_from(monday_ten, {"node1/0"});
        booked.request.team = "vision";
        ASSERT_TRUE(ask("alice", booked));
    }

    static Transfer hand_to(std::optional<std::string> user, std::optional<std::string> team,
                            std::optional<std::uint64_t> if_revision = {}) {
        return {{1}, {std::move(user), std::move(team)}, if_revision};
    }
    static std::string field_of(const Answer& answer) {
        return answer ? "accepted" : answer.error().field;
    }
};

TEST_F(TransferTest, to_nobody_is_refused) {
    const Answer refused = ask("alice", hand_to({}, {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::bad_request);
    EXPECT_EQ(field_of(ask("alice", hand_to("", {}))), "to_user");
    EXPECT_EQ(field_of(ask("alice", hand_to({}, ""))), "to_team");
}

TEST_F(TransferTest, its_owner_takes_it_along_to_another_of_their_teams) {
    ASSERT_TRUE(ask("alice", hand_to({}, "nlp")));
    EXPECT_EQ(seen(1).owner, "alice");
    EXPECT_EQ(seen(1).team, "nlp");
    EXPECT_FALSE(seen(1).transfer);
}

class TeamWithQuota : public WriterTest {
protected:
    void SetUp() override {
        Policy policy;
        policy.teams["vision"] = {{"alice"}, {}, {.gpus_at_once = 1}};
        policy.teams["nlp"] = {{"alice", "dave"}, {}, {}};
        begin(policy);
        ASSERT_TRUE(ask("dave", of_team("nlp", "node1/0")));  // r-1
        auto waiting = of_team("vision", "node1/0");
        waiting.request.on_conflict = OnConflict::wait;
        ASSERT_TRUE(ask("alice", waiting));                       // r-2
        ASSERT_TRUE(ask("alice", of_team("vision", "node1/1")));  // r-3
        ASSERT_TRUE(ask("dave", Cancel{{1}, {}}));
        // Its GPU is free now, but its team may have no second one.
        ASSERT_EQ(seen(2).state, ReservationState::waitlisted);
    }

    static Reserve of_team(const std::string& team, const std::string& gpu) {
        Reserve command = two_hours_from(monday_ten, {gpu});
        command.request.team = team;
        return command;
    }
};

TEST_F(TeamWithQuota, what_waited_for_its_team_s_quota_is_booked_at_once_in_a_team_that_has_some) {
    ASSERT_TRUE(ask("alice", Transfer{{2}, {{}, "nlp"}, {}}));
    EXPECT_EQ(seen(2).state, ReservationState::confirmed);
}

TEST_F(TeamWithQuota, what_leaves_a_team_makes_room_in_its_quota_at_once) {
    ASSERT_TRUE(ask("alice", Transfer{{3}, {{}, "nlp"}, {}}));
    EXPECT_EQ(seen(2).state, ReservationState::confirmed);
}

TEST_F(TransferTest, what_changed_since_the_caller_looked_is_neither_offered_nor_accepted) {
    const auto looked_at = seen(1).revision;
    ASSERT_TRUE(ask("alice", hand_to("dave", {}, looked_at)));
    const Answer again = ask("alice", hand_to("bob", {}, looked_at));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, RefusalCode::wrong_state);
    const Answer accepted = ask("dave", Accept{{1}, looked_at});
    ASSERT_FALSE(accepted);
    EXPECT_EQ(accepted.error().code, RefusalCode::wrong_state);
    EXPECT_TRUE(ask("dave", Accept{{1}, seen(1).revision}));
    EXPECT_EQ(seen(1).owner, "dave");
}

TEST_F(TransferTest, a_second_offer_replaces_the_first) {
    ASSERT_TRUE(ask("alice", hand_to("dave", {})));
    ASSERT_TRUE(ask("alice", hand_to("bob", {})));
    EXPECT_EQ(seen(1).owner, "bob");
    const Answer late = ask("dave", Accept{{1}, {}});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, RefusalCode::wrong_state);
}

TEST_F(TransferTest, the_new_owner_survives_a_restart) {
    ASSERT_TRUE(ask("alice", hand_to("bob", {})));
    State replayed(std::make_shared<const Fleet>(), writer->state().grid, monday_nine,
                   CalendarLimits{}, writer->state().policy);
    for (const JournalRow& row : journal.all()) ASSERT_TRUE(apply_row(replayed, row));
    EXPECT_EQ(*replayed.find({1}), seen(1));
}

}  // namespace
}  // namespace berth::test
