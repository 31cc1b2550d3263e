// Who is what in which team, and which rules hold for it.
#include "policy/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Policy two_teams() {
    Policy policy;
    policy.teams["vision"] = {.members = {"alice", "carol"}, .leads = {"carol"}, .quota = {}};
    policy.teams["speech"] = {.members = {"bob"}, .leads = {}, .quota = {.gpus_at_once = 4}};
    policy.operators = {"oscar"};
    return policy;
}

TEST(Roles, a_lead_is_one_in_their_own_team_only_and_an_operator_everywhere) {
    const Policy policy = two_teams();
    EXPECT_THAT(roles_of(policy, "alice", "vision"), ElementsAre(Role::member));
    EXPECT_THAT(roles_of(policy, "carol", "vision"), ElementsAre(Role::member, Role::lead));
    EXPECT_THAT(roles_of(policy, "carol", "speech"), IsEmpty());
    EXPECT_THAT(roles_of(policy, "oscar", "speech"), ElementsAre(Role::member, Role::operator_));
    EXPECT_THAT(roles_of(policy, "oscar", "no such team"),
                ElementsAre(Role::member, Role::operator_));
}

TEST(Roles, without_teams_everybody_is_a_member) {
    Policy policy;
    policy.operators = {"oscar"};
    EXPECT_THAT(roles_of(policy, "alice", "anything"), ElementsAre(Role::member));
    EXPECT_TRUE(is_permitted(policy, policy.priorities[2], "alice", "anything"));
    EXPECT_FALSE(is_permitted(policy, policy.priorities[0], "alice", "anything"));
}

TEST(Permissions, a_named_person_needs_no_role) {
    Policy policy = two_teams();
    policy.priorities[0].people = {"alice"};
    EXPECT_TRUE(is_permitted(policy, policy.priorities[0], "alice", "vision"));
    EXPECT_FALSE(is_permitted(policy, policy.priorities[0], "bob", "speech"));
}

TEST(Permissions, an_open_site_allows_everything_but_other_peoples_reservations) {
    const Policy open;
    EXPECT_TRUE(is_permitted(open, open.priorities[0], "anybody", "any team"));
    Reservation reservation;
    reservation.owner = "alice";
    EXPECT_TRUE(may_change(open, "alice", reservation));
    EXPECT_FALSE(may_change(open, "bob", reservation));
}

TEST(Permissions, a_lead_may_change_what_their_team_booked) {
    const Policy policy = two_teams();
    Reservation reservation;
    reservation.owner = "alice";
    reservation.team = "vision";
    EXPECT_TRUE(may_change(policy, "carol", reservation));
    EXPECT_TRUE(may_change(policy, "oscar", reservation));
    EXPECT_FALSE(may_change(policy, "bob", reservation));
}

TEST(Quotas, a_team_without_its_own_has_the_common_one) {
    Policy policy = two_teams();
    policy.default_quota.gpus_at_once = 8;
    EXPECT_EQ(quota_of(policy, "vision").gpus_at_once, 8);
    EXPECT_EQ(quota_of(policy, "speech").gpus_at_once, 4);
    EXPECT_EQ(quota_of(policy, "unknown").gpus_at_once, 8);
}

TEST(Overrun, is_a_share_of_what_was_booked_up_to_the_sites_most) {
    const Policy policy;
    Reservation reservation;
    reservation.start = Instant{};
    reservation.booked_end = reservation.start + std::chrono::hours(20);
    EXPECT_EQ(overrun_buffer(policy, reservation), std::chrono::hours(2));
    reservation.booked_end = reservation.start + std::chrono::hours(80);
    EXPECT_EQ(overrun_buffer(policy, reservation), std::chrono::hours(5));
}

}  // namespace

}  // namespace berth
