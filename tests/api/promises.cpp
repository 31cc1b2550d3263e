// Waiting, the queue, evictions, transfers, presence and maintenance over the API: what is
// answered, and each refusal with its status and code.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

// All four GPUs, 20:00 to 24:00 in Shanghai.
constexpr const char* evening =
    R"({"gpus":{"count":4,"spread":"any"},"start":"2026-11-30T12:00:00Z","hours":4})";
constexpr const char* reservations = "/api/v1/reservations";

std::string merged(const char* wish, const std::string& more) {
    std::string text = wish;
    text.insert(text.size() - 1, "," + more);
    return text;
}

class promises : public ApiSite {
protected:
    using ApiSite::ApiSite;

    void fill_the_evening(const std::string& more = R"("title":"first")") const {
        const auto booked = as("bob", "POST", reservations, merged(evening, more));
        ASSERT_EQ(booked.status, 201) << booked.body;
    }
    static void expect_refused(const Response& answer, int status, const std::string& code,
                               const std::string& field) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(text_at(answer, "/code"), code) << answer.body;
        const std::string named = text_at(answer, "/field");
        EXPECT_TRUE(field.empty() || named == field) << answer.body;
    }
};

// ---- the waitlist

TEST_F(promises, who_waits_is_created_and_stands_in_the_waitlist_in_serving_order) {
    fill_the_evening();
    const auto wait = [&](const char* person, const char* priority) {
        return as(
            person, "POST", reservations,
            merged(evening, std::string(R"("on_conflict":"wait","priority":")") + priority + "\""));
    };
    const auto first = wait("carol", "P2");
    EXPECT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(text_at(first, "/state"), "waitlisted");
    EXPECT_EQ(first.headers.at("Location"), "/api/v1/reservations/r-2");
    wait("dave", "P1");
    const auto list = get("/api/v1/waitlist");
    EXPECT_EQ(text_at(list, "/items/0/owner"), "dave");
    EXPECT_EQ(text_at(list, "/items/0/position"), "1");
    EXPECT_EQ(text_at(list, "/items/1/owner"), "carol");
    EXPECT_EQ(text_at(list, "/items/1/position"), "2");
    EXPECT_EQ(text_at(list, "/next"), "null");
    EXPECT_EQ(text_at(get("/api/v1/calendar"), "/waiting/0/id"), "r-2");
}

TEST_F(promises, a_freed_window_goes_to_who_waits_in_the_same_moment) {
    fill_the_evening();
    as("carol", "POST", reservations, merged(evening, R"("on_conflict":"wait")"));
    as("bob", "POST", "/api/v1/reservations/r-1/cancel");
    const auto shown = get("/api/v1/reservations/r-2");
    EXPECT_EQ(text_at(shown, "/state"), "confirmed");
    EXPECT_EQ(text_at(get("/api/v1/waitlist"), "/items"), "[]");
}

TEST_F(promises, an_offered_window_is_accepted_or_declined) {
    for (const char* word : {"accept", "decline"}) {
        const auto blocker = as("bob", "POST", reservations, evening);
        const auto waiting = as("carol", "POST", reservations,
                                merged(evening, R"("on_conflict":"wait","wait":{"mode":"offer"})"));
        const std::string path = "/api/v1/reservations/" + text_at(waiting, "/id");
        as("bob", "POST", "/api/v1/reservations/" + text_at(blocker, "/id") + "/cancel");
        EXPECT_EQ(text_at(get(path), "/state"), "offered");
        EXPECT_EQ(text_at(get("/api/v1/waitlist"), "/items/0/position"), "null");
        EXPECT_THAT(get("/api/v1/calendar").body, HasSubstr("answer_by"));
        expect_refused(as("bob", "POST", path + "/" + word), 403, "not_allowed", "");
        const auto answer = as("carol", "POST", path + "/" + word, R"({"reason":"thought"})");
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_NE(text_at(answer, "/state"), "offered");
        expect_refused(as("carol", "POST", path + "/" + word), 409, "wrong_state", "");
        as("carol", "POST", path + "/cancel");
    }
}

TEST_F(promises, a_wait_that_makes_no_sense_names_its_field) {
    fill_the_evening();
    const auto refused = as(
        "carol", "POST", reservations,
        merged(evening, R"("on_conflict":"wait","wait":{"latest_start":"2026-11-30T08:00:00Z"})"));
    expect_refused(refused, 400, "bad_request", "wait.latest_start");
}

// ---- the queue

constexpr const char* short_job =
    R"({"gpus":{"count":1},"minutes":30,"workload":{"argv":["evaluate"]}})";

TEST_F(promises, a_short_job_runs_at_once_where_there_is_a_gap) {
    const auto queued = as_alice("/api/v1/queue", short_job);
    EXPECT_EQ(queued.status, 201) << queued.body;
    EXPECT_EQ(queued.headers.at("Location"), "/api/v1/reservations/q-1");
    EXPECT_EQ(text_at(queued, "/limit_minutes"), "30");
    const auto list = get("/api/v1/queue");
    EXPECT_EQ(text_at(list, "/items/0/id"), "q-1");
    EXPECT_EQ(text_at(list, "/items/0/position"), "null");
}

TEST_F(promises, those_that_wait_in_the_queue_have_a_place_and_a_planned_start) {
    as("bob", "POST", reservations,
       R"({"gpus":{"count":4,"spread":"any"},"start":"now","end":"2026-11-30T12:00:00Z"})");
    as_alice("/api/v1/queue", short_job);
    const auto list = get("/api/v1/queue");
    EXPECT_EQ(text_at(list, "/items/0/state"), "queued");
    EXPECT_EQ(text_at(list, "/items/0/position"), "1");
    EXPECT_EQ(text_at(list, "/items/0/planned_start"), "2026-11-30T12:00:00Z");
}

TEST_F(promises, a_queued_job_is_taken_out_by_its_owner_alone) {
    as("bob", "POST", reservations,
       R"({"gpus":{"count":4,"spread":"any"},"start":"now","end":"2026-11-30T12:00:00Z"})");
    as_alice("/api/v1/queue", short_job);
    expect_refused(as("bob", "DELETE", "/api/v1/queue/q-1"), 403, "not_allowed", "");
    expect_refused(as("alice", "DELETE", "/api/v1/queue/q-7"), 404, "not_found", "");
    expect_refused(as("bob", "DELETE", "/api/v1/queue/r-1"), 404, "not_found", "");
    const auto gone =
        as("alice", "DELETE", "/api/v1/queue/q-1", "", {{"X-Berth-Reason", "not needed"}});
    EXPECT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(text_at(gone, "/state"), "cancelled");
    EXPECT_EQ(text_at(get("/api/v1/queue"), "/items"), "[]");
}

TEST_F(promises, what_is_too_long_for_the_queue_is_sent_to_book) {
    expect_refused(as_alice("/api/v1/queue",
                            R"({"gpus":{"count":1},"minutes":120,"workload":{"argv":["train"]}})"),
                   400, "too_long_for_queue", "minutes");
    expect_refused(as_alice("/api/v1/queue", R"({"gpus":{"count":1},"minutes":30})"), 400,
                   "bad_request", "workload");
}

// ---- evictions

class evictions : public promises {
protected:
    evictions() { fill_the_evening(); }

    [[nodiscard]] Response plan(const std::string& more = R"("priority":"P0")") const {
        return as_alice("/api/v1/plan", merged(evening, more));
    }
    [[nodiscard]] Response book(const std::string& token) const {
        return as_alice(reservations, R"({"plan":")" + token + R"(","reason":"hotfix"})");
    }
};

TEST_F(evictions, a_p0_sees_whom_it_would_disturb_and_where_they_go_on) {
    const auto answer = plan();
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/feasible"), "false");
    EXPECT_EQ(text_at(answer, "/eviction/victims/0/id"), "r-1");
    EXPECT_EQ(text_at(answer, "/eviction/victims/0/owner"), "bob");
    EXPECT_EQ(text_at(answer, "/eviction/start"), "2026-11-30T12:00:00Z");
    EXPECT_EQ(text_at(answer, "/eviction_refused"), "null");
    EXPECT_THAT(text_at(answer, "/eviction/plan"), HasSubstr("plan-"));
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/state"), "confirmed");
}

TEST_F(evictions, what_the_plan_said_is_what_happens) {
    const auto answer = plan();
    const auto booked = book(text_at(answer, "/eviction/plan"));
    EXPECT_EQ(booked.status, 201) << booked.body;
    EXPECT_EQ(text_at(booked, "/gpus"), text_at(answer, "/eviction/gpus"));
    const auto victim = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(victim, "/start"), text_at(answer, "/eviction/victims/0/again_from"));
    EXPECT_EQ(text_at(victim, "/end"), text_at(answer, "/eviction/victims/0/again_to"));
    EXPECT_EQ(text_at(victim, "/state"), "confirmed");
}

TEST_F(evictions, the_window_of_an_eviction_has_the_same_token) {
    const auto document = json_of(plan());
    for (const auto& window : document.at("windows").as_array()) {
        if (window.at("kind") != "evict") continue;
        EXPECT_EQ(window.at("plan"), document.at_pointer("/eviction/plan"));
    }
}

TEST_F(evictions, nobody_is_disturbed_by_who_has_not_seen_whom) {
    expect_refused(
        as_alice(reservations, merged(evening, R"("priority":"P0","on_conflict":"evict")")), 409,
        "plan_required", "");
}

TEST_F(evictions, a_plan_is_stale_once_its_victim_has_changed) {
    const std::string token = text_at(plan(), "/eviction/plan");
    const auto moved = as("bob", "PATCH", "/api/v1/reservations/r-1", R"({"hours":6})");
    ASSERT_EQ(moved.status, 200) << moved.body;
    expect_refused(book(token), 409, "plan_stale", "");
}

TEST_F(evictions, what_is_not_preemptible_is_not_disturbed) {
    as("bob", "POST", "/api/v1/reservations/r-1/cancel");
    fill_the_evening(R"("priority":"P1")");
    const auto answer = plan();
    EXPECT_EQ(text_at(answer, "/eviction"), "null");
    EXPECT_EQ(text_at(answer, "/eviction_refused/code"), "nothing_to_evict");
}

TEST_F(evictions, only_a_p0_disturbs_others) {
    const auto answer = plan(R"("on_conflict":"evict","priority":"P1")");
    EXPECT_EQ(text_at(answer, "/eviction"), "null");
    EXPECT_EQ(text_at(answer, "/eviction_refused/code"), "priority_not_allowed");
}

// ---- whose it is, and who is there

TEST_F(promises, what_is_handed_to_another_team_waits_for_their_yes) {
    fill_the_evening(R"("team":"vision")");
    const auto offered = as("bob", "POST", "/api/v1/reservations/r-1/transfer",
                            R"({"to_user":"carol","to_team":"speech","reason":"on leave"})");
    EXPECT_EQ(offered.status, 200) << offered.body;
    EXPECT_EQ(text_at(offered, "/owner"), "bob");
    EXPECT_EQ(text_at(offered, "/transfer/to_user"), "carol");
    expect_refused(as("dave", "POST", "/api/v1/reservations/r-1/accept"), 403, "not_allowed", "");
    const auto accepted = as("carol", "POST", "/api/v1/reservations/r-1/accept");
    EXPECT_EQ(accepted.status, 200) << accepted.body;
    EXPECT_EQ(text_at(accepted, "/owner"), "carol");
    EXPECT_EQ(text_at(accepted, "/team"), "speech");
}

TEST_F(promises, a_transfer_says_to_whom_and_keeps_to_the_revision) {
    fill_the_evening();
    expect_refused(as("bob", "POST", "/api/v1/reservations/r-1/transfer", "{}"), 400, "bad_request",
                   "to_user");
    expect_refused(as("carol", "POST", "/api/v1/reservations/r-1/transfer", R"({"to_user":"eve"})"),
                   403, "not_allowed", "");
    expect_refused(as("bob", "POST", "/api/v1/reservations/r-1/transfer", R"({"to_user":"eve"})",
                      {{"If-Match", "\"999\""}}),
                   412, "wrong_state", "If-Match");
}

TEST_F(promises, who_comes_checks_in_once_it_has_begun) {
    fill_the_evening();
    expect_refused(as("bob", "POST", "/api/v1/reservations/r-1/check-in"), 409, "wrong_state", "");
    move_to(monday_ten + 10h);
    const auto here = as("bob", "POST", "/api/v1/reservations/r-1/check-in");
    EXPECT_EQ(here.status, 200) << here.body;
    EXPECT_EQ(text_at(here, "/checked_in"), "2026-11-30T12:00:00Z");
}

// ---- maintenance and health

TEST_F(promises, maintenance_is_planned_listed_and_drawn) {
    const auto planned =
        as_alice("/api/v1/maintenance",
                 R"({"nodes":["node1"],"start":"2026-11-30T12:00:00Z","hours":4,"reason":"fans"})");
    EXPECT_EQ(planned.status, 201) << planned.body;
    EXPECT_EQ(text_at(planned, "/kind"), "maintenance");
    EXPECT_EQ(text_at(planned, "/gpus"), R"(["node1/0","node1/1"])");
    EXPECT_EQ(text_at(get("/api/v1/maintenance"), "/items/0/id"), text_at(planned, "/id"));
    EXPECT_EQ(text_at(get("/api/v1/calendar"), "/reservations/0/kind"), "maintenance");
    as_alice("/api/v1/reservations/" + text_at(planned, "/id") + "/cancel");
    EXPECT_EQ(text_at(get("/api/v1/maintenance"), "/items"), "[]");
}

TEST_F(promises, maintenance_names_what_it_cannot_move) {
    fill_the_evening();
    const auto refused = as_alice(
        "/api/v1/maintenance", R"({"nodes":["node1"],"start":"2026-11-30T12:00:00Z","hours":4})");
    expect_refused(refused, 409, "still_booked", "displace");
    EXPECT_THAT(text_at(refused, "/detail"), HasSubstr("r-1"));
}

TEST_F(promises, gpus_fail_and_come_back) {
    const auto down = as_alice("/api/v1/fleet/health",
                               R"({"gpus":["node1/0"],"health":"down","reason":"ECC errors"})");
    EXPECT_EQ(down.status, 200) << down.body;
    EXPECT_EQ(text_at(down, "/nodes/0/gpus/0/health"), "down");
    as_alice("/api/v1/fleet/health", R"({"gpus":["node1/0"],"health":"healthy"})");
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/nodes/0/gpus/0/health"), "healthy");
    expect_refused(as_alice("/api/v1/fleet/health", R"({"gpus":["node9/0"],"health":"down"})"), 400,
                   "unknown_gpu", "gpus.0");
    expect_refused(as_alice("/api/v1/fleet/health", R"({"gpus":["node1/0"],"health":"gone"})"), 400,
                   "bad_request", "health");
}

// ---- what follows a reservation

TEST_F(promises, the_price_of_an_overrun_is_shown_while_it_runs) {
    fill_the_evening();
    as("carol", "POST", reservations,
       R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T18:00:00Z","hours":2})");
    EXPECT_FALSE(json_of(get("/api/v1/reservations/r-1")).as_object().contains("next_holder"));
    move_to(monday_ten + 10h);
    const auto shown = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(shown, "/next_holder/id"), "r-2");
    EXPECT_EQ(text_at(shown, "/next_holder/start"), "2026-11-30T18:00:00Z");
}

// ---- a site with teams and quotas

std::shared_ptr<const Policy> strict_policy() {
    auto policy = std::make_shared<Policy>();
    policy->teams["vision"] = {.members = {"alice", "bob"}, .leads = {"bob"}, .quota = {}};
    policy->teams["vision"].quota.gpus_at_once = 2;
    policy->operators = {"olga"};
    return policy;
}

class strict_site : public promises {
protected:
    strict_site() : promises(strict_policy()) {}
};

TEST_F(strict_site, refusals_by_the_sites_rules_are_403_with_their_field) {
    const auto book = [&](const std::string& more) {
        return as_alice(
            reservations,
            R"({"gpus":{"count":1},"start":"2026-11-30T12:00:00Z","hours":2)" + more + "}");
    };
    expect_refused(book(R"(,"priority":"P0")"), 403, "priority_not_allowed", "priority");
    expect_refused(book(R"(,"preemptible":false)"), 403, "must_be_preemptible", "preemptible");
    expect_refused(book(R"(,"team":"speech")"), 403, "not_allowed", "team");
    expect_refused(as_alice(reservations, evening), 403, "quota_exceeded", "");
}

TEST_F(strict_site, gpus_are_the_operators_to_take) {
    const char* window = R"({"nodes":["node1"],"start":"2026-11-30T12:00:00Z","hours":4})";
    const char* failed = R"({"gpus":["node1/0"],"health":"down"})";
    expect_refused(as_alice("/api/v1/maintenance", window), 403, "not_allowed", "");
    expect_refused(as_alice("/api/v1/fleet/health", failed), 403, "not_allowed", "");
    EXPECT_EQ(as("olga", "POST", "/api/v1/maintenance", window).status, 201);
    EXPECT_EQ(as("olga", "POST", "/api/v1/fleet/health", failed).status, 200);
}

TEST_F(strict_site, a_plan_depends_on_who_asks) {
    const char* wish = R"({"gpus":{"count":1},"start":"2026-11-30T12:00:00Z","hours":2})";
    EXPECT_EQ(as_alice("/api/v1/plan", wish).status, 200);
    expect_refused(ask("POST", "/api/v1/plan", wish), 401, "actor_missing", "X-Berth-User");
}

}  // namespace
}  // namespace berth::test
