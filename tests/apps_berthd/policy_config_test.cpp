// The rules of a site as its operator writes them: what they become, and what is said about a
// mistake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "apps/berthd/config.hpp"

namespace berth {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class PolicyConfigTest : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    std::expected<Config, std::string> read(const std::string& rules,
                                            ClockKind clock = ClockKind::wall) {
        std::ofstream(file_) << "fleet: {nodes: [{name: node1, gpus: 4}]}\n" << rules;
        return read_config(file_, clock);
    }
    Policy policy(const std::string& rules) { return make_policy(read(rules).value()); }
    std::string mistake(const std::string& rules) {
        const auto config = read(rules);
        return config ? "no mistake" : config.error();
    }

private:
    std::filesystem::path file_ =
        std::filesystem::path(testing::TempDir()) / ("rules-" + std::to_string(::getpid()));
};

TEST_F(PolicyConfigTest, without_a_word_the_rules_are_the_documented_defaults) {
    const Policy rules = policy("");
    EXPECT_TRUE(rules.is_open());
    EXPECT_EQ(rules.notice, 30min);
    EXPECT_EQ(rules.offer, 15min);
    EXPECT_EQ(rules.check_in, 30min);
    EXPECT_EQ(rules.restart_allowance, 30min);
    EXPECT_FALSE(rules.idle);
    EXPECT_DOUBLE_EQ(rules.overrun.share, 0.1);
    EXPECT_EQ(rules.overrun.most, 5h);
    EXPECT_FALSE(rules.overrun.successors_may_wait);
    EXPECT_EQ(rules.default_quota, Quota{});
    EXPECT_TRUE(rules.reason_required.empty());
}

TEST_F(PolicyConfigTest, an_unknown_word_among_the_reasons_names_the_known_ones) {
    const std::string said = mistake("policy: {reason_required: [cancel, delete]}");
    EXPECT_THAT(said, HasSubstr("policy.reason_required.1"));
    EXPECT_THAT(said, HasSubstr("book_p0"));
    EXPECT_THAT(said, HasSubstr("maintenance"));
}

TEST_F(PolicyConfigTest, every_key_reaches_the_rules) {
    const Policy rules = policy(R"(
policy:
  notice_minutes: 7.5
  restart_allowance_minutes: 20
  offer_minutes: 10
  check_in_minutes: 45
  idle_minutes: 90
  overrun: {percent: 25, most_hours: 1.5, successors_may_wait: true}
  priorities:
    P0: {roles: [operator], people: [carol]}
    P1: {roles: [lead]}
  unpreemptible: {people: [dora]}
  reason_required: [cancel, evict]
launch: {grace_seconds: 45}
operators: [oscar]
)");
    EXPECT_THAT(rules.reason_required, ElementsAre(ReasonFor::evict, ReasonFor::cancel));
    EXPECT_EQ(rules.notice, 450s);
    EXPECT_EQ(rules.restart_allowance, 20min);
    EXPECT_EQ(rules.offer, 10min);
    EXPECT_EQ(rules.check_in, 45min);
    EXPECT_EQ(rules.idle, 90min);
    EXPECT_DOUBLE_EQ(rules.overrun.share, 0.25);
    EXPECT_EQ(rules.overrun.most, 90min);
    EXPECT_TRUE(rules.overrun.successors_may_wait);
    EXPECT_THAT(rules.priorities[0].roles, ElementsAre(Role::operator_));
    EXPECT_THAT(rules.priorities[0].people, ElementsAre("carol"));
    EXPECT_THAT(rules.priorities[1].roles, ElementsAre(Role::lead));
    EXPECT_THAT(rules.priorities[2].roles, ElementsAre(Role::member));
    EXPECT_TRUE(rules.unpreemptible.roles.empty());
    EXPECT_THAT(rules.unpreemptible.people, ElementsAre("dora"));
    EXPECT_THAT(rules.operators, ElementsAre("oscar"));
    EXPECT_EQ(rules.stop_time, 45s);
}

TEST_F(PolicyConfigTest,
       a_lead_is_a_member_and_a_team_keeps_the_common_quota_where_it_says_nothing) {
    const Policy rules = policy(R"(
policy: {quota: {gpus_at_once: 8, horizon_days: 30}}
teams:
  vision: {members: [alice], leads: [carol], quota: {gpus_at_once: 4, p0_per_month: 2}}
  speech: {members: [bob]}
)");
    const Team& vision = rules.teams.at("vision");
    EXPECT_THAT(vision.members, ElementsAre("alice", "carol"));
    EXPECT_THAT(vision.leads, ElementsAre("carol"));
    EXPECT_EQ(quota_of(rules, "vision").gpus_at_once, 4);
    EXPECT_EQ(quota_of(rules, "vision").horizon_days, 30);
    EXPECT_EQ(quota_of(rules, "vision").p0_per_month, 2);
    EXPECT_EQ(quota_of(rules, "speech").gpus_at_once, 8);
}

TEST_F(PolicyConfigTest, a_notice_under_five_minutes_is_for_the_test_clock_alone) {
    EXPECT_THAT(mistake("policy: {notice_minutes: 2}"),
                HasSubstr("policy.notice_minutes must be at least 5"));
    EXPECT_TRUE(read("policy: {notice_minutes: 0.1}", ClockKind::test));
    EXPECT_THAT(read("policy: {notice_minutes: 0}", ClockKind::test).error(),
                HasSubstr("policy.notice_minutes must lie between"));
}

TEST_F(PolicyConfigTest, a_mistake_is_named_with_its_key) {
    EXPECT_THAT(mistake("policy: {notice_minuets: 30}"),
                HasSubstr("did you mean \"notice_minutes\"?"));
    EXPECT_THAT(mistake("policy: {priorities: {P0: {roles: [chief]}}}"),
                HasSubstr("policy.priorities.P0.roles.0"));
    EXPECT_THAT(mistake("policy: {priorities: {P4: {}}}"), HasSubstr("policy.priorities.P4"));
    EXPECT_THAT(mistake("policy: {overrun: {percent: 200}}"),
                HasSubstr("policy.overrun.percent must lie between 0 and 100"));
    EXPECT_THAT(mistake("policy: {quota: {longest_hours: -1}}"),
                HasSubstr("policy.quota.longest_hours"));
    EXPECT_THAT(mistake("teams: {vision: {member: [alice]}}"),
                HasSubstr("did you mean \"members\"?"));
    EXPECT_THAT(mistake("teams: {vision: {quota: {gpus_at_once: -4}}}"),
                HasSubstr("teams.vision.quota.gpus_at_once"));
    EXPECT_THAT(mistake("operators: [\"\"]"), HasSubstr("operators"));
}

TEST(ShippedConfiguration, each_is_right) {
    for (const char* file :
         {"config/quickstart.yaml", "config/site.yaml", "config/kubernetes.yaml"}) {
        const auto config = read_config(file);
        EXPECT_TRUE(config) << (config ? "" : config.error());
    }
}

}  // namespace

}  // namespace berth
