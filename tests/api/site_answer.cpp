// GET /api/v1/site: the rules and teams, and what the one who asks may do here.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

const char* const site = "/api/v1/site";

std::string at(const Response& response, const char* pointer) {
    return text_at(response, pointer);
}

double number_at(const Response& response, const char* pointer) {
    return json_of(response).at_pointer(pointer).to_number<double>();
}

class open_site : public ApiSite {};

TEST_F(open_site, it_says_its_zone_its_clock_and_its_rules) {
    const auto answer = get(site);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(at(answer, "/zone"), "Asia/Shanghai");
    EXPECT_EQ(at(answer, "/slot_minutes"), "120");
    EXPECT_EQ(at(answer, "/now"), "2026-11-30T02:00:00Z");
    EXPECT_EQ(at(answer, "/simulated_gpus"), "true");
    EXPECT_FALSE(at(answer, "/version").empty());
    EXPECT_EQ(at(answer, "/open"), "true");
    EXPECT_EQ(at(answer, "/you"), "null");
    EXPECT_EQ(at(answer, "/rules/reason_required"), "[]");
    EXPECT_EQ(number_at(answer, "/rules/notice_minutes"), 30);
    EXPECT_EQ(at(answer, "/rules/offer_minutes"), "15");
    EXPECT_EQ(at(answer, "/rules/check_in_minutes"), "30");
    EXPECT_EQ(at(answer, "/rules/idle_minutes"), "null");
    EXPECT_DOUBLE_EQ(number_at(answer, "/rules/overrun_share"), 0.1);
    EXPECT_EQ(at(answer, "/rules/overrun_most_minutes"), "300");
}

TEST_F(open_site, everybody_may_use_every_priority_and_nobody_is_of_a_team) {
    const auto answer = get(site, {{"X-Berth-User", "alice"}});
    EXPECT_EQ(at(answer, "/you/user"), "alice");
    EXPECT_EQ(at(answer, "/you/teams"), "[]");
    EXPECT_EQ(at(answer, "/you/operator"), "false");
    EXPECT_EQ(at(answer, "/you/priorities"), R"(["P0","P1","P2","P3"])");
    EXPECT_EQ(at(answer, "/you/unpreemptible"), "true");
}

TEST_F(open_site, its_teams_are_those_that_somebody_books_for) {
    EXPECT_EQ(at(get(site), "/teams"), "[]");
    as_alice("/api/v1/reservations",
             R"({"team":"vision","gpus":{"count":2},"start":"2026-12-20T12:00:00Z","hours":4})");
    const auto answer = get(site);
    EXPECT_EQ(at(answer, "/teams/0/name"), "vision");
    EXPECT_EQ(at(answer, "/teams/0/quota"), "{}");
    EXPECT_EQ(number_at(answer, "/teams/0/used/gpu_hours_per_week"), 0) << "it is weeks away";
}

TEST_F(open_site, a_name_that_is_none_is_refused) {
    const auto answer = get(site, {{"X-Berth-User", "berth"}});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(at(answer, "/field"), "X-Berth-User");
}

std::shared_ptr<const Policy> rules_of_two_teams() {
    auto policy = std::make_shared<Policy>();
    policy->teams["nlp"] = {.members = {"carol"}, .leads = {}, .quota = {}};
    policy->teams["vision"] = {.members = {"alice", "bob"}, .leads = {"bob"}, .quota = {}};
    policy->teams["vision"].quota.gpu_hours_per_week = 200;
    policy->teams["vision"].quota.p0_per_month = 2;
    policy->operators = {"olga"};
    policy->reason_required = {ReasonFor::cancel, ReasonFor::evict};
    policy->idle = 90min;
    return policy;
}

class ruled_site : public ApiSite {
protected:
    ruled_site() : ApiSite(rules_of_two_teams()) {}

    [[nodiscard]] Response seen_by(const std::string& person) const {
        return get(site, {{"X-Berth-User", person}});
    }
};

TEST_F(ruled_site, its_rules_are_those_in_force) {
    const auto answer = get(site);
    EXPECT_EQ(at(answer, "/open"), "false");
    EXPECT_EQ(at(answer, "/rules/reason_required"), R"(["evict","cancel"])");
    EXPECT_EQ(at(answer, "/rules/idle_minutes"), "90");
    EXPECT_EQ(at(answer, "/teams/0/name"), "nlp");
    EXPECT_EQ(at(answer, "/teams/0/quota"), "{}");
    EXPECT_EQ(number_at(answer, "/teams/1/quota/gpu_hours_per_week"), 200);
    EXPECT_EQ(at(answer, "/teams/1/quota/p0_per_month"), "2");
}

TEST_F(ruled_site, each_sees_what_they_may) {
    const auto member = seen_by("alice");
    EXPECT_EQ(at(member, "/you/teams"), R"(["vision"])");
    EXPECT_EQ(at(member, "/you/leads"), "[]");
    EXPECT_EQ(at(member, "/you/priorities"), R"(["P1","P2","P3"])");
    EXPECT_EQ(at(member, "/you/unpreemptible"), "false");
    const auto lead = seen_by("bob");
    EXPECT_EQ(at(lead, "/you/leads"), R"(["vision"])");
    EXPECT_EQ(at(lead, "/you/priorities"), R"(["P0","P1","P2","P3"])");
    EXPECT_EQ(at(lead, "/you/unpreemptible"), "true");
    const auto operator_ = seen_by("olga");
    EXPECT_EQ(at(operator_, "/you/operator"), "true");
    EXPECT_EQ(at(operator_, "/you/priorities"), R"(["P0","P1","P2","P3"])");
    EXPECT_EQ(at(seen_by("stranger"), "/you/priorities"), "[]");
}

TEST_F(ruled_site, a_team_sees_what_it_has_used_and_booked) {
    for (const char* wish : {R"({"gpus":{"count":2},"start":"now","hours":4})",
                             R"({"gpus":{"count":1},"start":"2026-12-02T12:00:00Z","hours":8})"}) {
        ASSERT_EQ(as_alice("/api/v1/reservations", wish).status, 201);
    }
    const auto answer = get(site);
    EXPECT_EQ(at(answer, "/teams/1/used/gpus_at_once"), "2");
    EXPECT_DOUBLE_EQ(number_at(answer, "/teams/1/used/gpu_hours_per_week"), 16);
    EXPECT_EQ(at(answer, "/teams/0/used/gpus_at_once"), "0");
}

// ---- reasons

TEST_F(ruled_site, what_wants_a_reason_is_refused_without_one) {
    as_alice("/api/v1/reservations",
             R"({"gpus":{"count":1},"start":"2026-12-02T12:00:00Z","hours":8})");
    const auto rows = journal.all().size();
    const auto refused = as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(at(refused, "/code"), "reason_missing");
    EXPECT_EQ(at(refused, "/field"), "reason");
    EXPECT_THAT(at(refused, "/detail"), HasSubstr("say why"));
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel", R"({"reason":"  "})").status, 400);
    EXPECT_EQ(journal.all().size(), rows);
    EXPECT_EQ(
        as_alice("/api/v1/reservations/r-1/cancel", "", {{"X-Berth-Reason", "no data"}}).status,
        200);
}

TEST_F(ruled_site, a_plan_that_evicts_asks_for_no_reason_and_its_booking_does) {
    ASSERT_EQ(as_alice("/api/v1/reservations",
                       R"({"gpus":{"count":4,"spread":"any"},"start":"2026-12-02T12:00:00Z",)"
                       R"("hours":8})")
                  .status,
              201);
    const auto plan = as("bob", "POST", "/api/v1/plan",
                         R"({"gpus":{"count":1},"start":"2026-12-02T12:00:00Z","hours":2,)"
                         R"("priority":"P0"})");
    ASSERT_EQ(at(plan, "/eviction/victims/0/id"), "r-1") << plan.body;
    const std::string token = at(plan, "/eviction/plan");
    const auto book = [&](const std::string& more) {
        return as("bob", "POST", "/api/v1/reservations",
                  R"({"plan":")" + token + "\"" + more + "}");
    };
    EXPECT_EQ(at(book(""), "/code"), "reason_missing");
    EXPECT_EQ(book(R"(,"reason":"the shop is down")").status, 201);
}

}  // namespace
}  // namespace berth::test
