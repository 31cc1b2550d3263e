// The versioned API on reservations, without sockets.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

// 20:00 to 24:00 in Shanghai.
constexpr const char* two_gpus =
    R"({"title":"yolo","team":"vision","gpus":{"ids":["node1/0","node1/1"]},)"
    R"("start":"2026-11-30T12:00:00Z","hours":4})";

class reservations_api : public ApiSite {
protected:
    void book() const { ASSERT_EQ(as_alice("/api/v1/reservations", two_gpus).status, 201); }
    void book_slots(int count) const {
        for (int slot = 0; slot < count; ++slot) {
            Reserve command;
            command.request.gpus.ids = {"node2/1"};
            command.request.start = StartTime{monday_ten + 2h * (slot + 1)};
            command.request.hours = 2;
            submit(slot % 2 == 0 ? "alice" : "bob", command);
        }
    }
    static std::vector<std::string> ids_in(const Response& answer) {
        std::vector<std::string> ids;
        const auto document = json_of(answer);
        for (const auto& item : document.at("items").as_array()) {
            ids.emplace_back(item.at("id").as_string());
        }
        return ids;
    }
};

TEST_F(reservations_api, a_booking_is_created_with_its_place_and_revision) {
    const auto answer = as_alice("/api/v1/reservations", two_gpus);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.headers.at("Location"), "/api/v1/reservations/r-1");
    EXPECT_EQ(answer.headers.at("ETag"), "\"" + text_at(answer, "/revision") + "\"");
    EXPECT_EQ(text_at(answer, "/state"), "confirmed");
    EXPECT_EQ(text_at(answer, "/owner"), "alice");
    EXPECT_EQ(text_at(answer, "/progress"), "null");
}

TEST_F(reservations_api, who_does_not_say_who_they_are_is_told_how) {
    const auto answer = ask("POST", "/api/v1/reservations", two_gpus);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(text_at(answer, "/code"), "actor_missing");
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("X-Berth-User: alice"));
}

TEST_F(reservations_api, nobody_can_call_themselves_the_system) {
    for (const char* name : {"berth", "al ice", "a/b", "ali\tce"}) {
        const auto answer = ask("POST", "/api/v1/reservations", two_gpus, {{"X-Berth-User", name}});
        EXPECT_EQ(answer.status, 400) << name;
        EXPECT_EQ(text_at(answer, "/field"), "X-Berth-User") << name;
    }
}

TEST_F(reservations_api, a_conflict_comes_with_windows_that_are_then_confirmed) {
    book();
    const auto refused =
        as_alice("/api/v1/reservations",
                 R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T14:00:00Z","hours":2})");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.headers.at("Content-Type"), "application/problem+json");
    EXPECT_EQ(text_at(refused, "/code"), "conflict");
    EXPECT_EQ(text_at(refused, "/status"), "409");
    const auto document = json_of(refused);
    const auto& suggestions = document.at("suggestions").as_array();
    ASSERT_FALSE(suggestions.empty()) << refused.body;
    for (const auto& suggestion : suggestions) {
        boost::json::object wish{{"gpus", {{"ids", suggestion.at("gpus")}}},
                                 {"start", suggestion.at("start")},
                                 {"end", suggestion.at("end")}};
        const auto plan = ask("POST", "/api/v1/plan", boost::json::serialize(wish));
        EXPECT_EQ(text_at(plan, "/feasible"), "true") << boost::json::serialize(suggestion);
    }
}

TEST_F(reservations_api, refusals_have_their_status_code_and_field) {
    struct Case {
        const char* body;
        int status;
        const char* code;
        const char* field;
    };
    const std::vector<Case> cases = {
        {R"({"gpus":{"ids":["node9/0"]},"start":"now","hours":2})", 400, "unknown_gpu",
         "gpus.ids.0"},
        {R"({"gpus":{"count":5,"spread":"any"},"start":"now","hours":2})", 400, "too_many_gpus",
         "gpus.count"},
        {R"({"start":"2026-11-30T13:00:00Z","hours":2})", 400, "off_grid", "start"},
        {R"({"start":"2026-11-29T12:00:00Z","hours":2})", 400, "in_the_past", "start"},
        {R"({"start":"2036-11-29T12:00:00Z","hours":2})", 400, "beyond_horizon", "hours"},
        {R"({"start":"now","hours":"two"})", 400, "bad_request", "hours"},
        {R"({"strat":"now","hours":2})", 400, "bad_request", "strat"},
        {R"({"gpus":{"cuont":2},"start":"now","hours":2})", 400, "bad_request", "gpus.cuont"},
    };
    for (const auto& [body, status, code, field] : cases) {
        const auto answer = as_alice("/api/v1/reservations", body);
        EXPECT_EQ(answer.status, status) << body;
        EXPECT_EQ(text_at(answer, "/code"), code) << body << answer.body;
        EXPECT_EQ(text_at(answer, "/field"), field) << body << answer.body;
    }
}

TEST_F(reservations_api, a_misspelt_field_is_answered_with_the_nearest) {
    const auto answer = as_alice("/api/v1/reservations", R"({"strat":"now","hours":2})");
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("did you mean \"start\"?"));
}

TEST_F(reservations_api, deep_nesting_is_refused) {
    const auto answer =
        as_alice("/api/v1/reservations", std::string(10'000, '[') + std::string(10'000, ']'));
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("64 levels"));
}

TEST_F(reservations_api, the_same_key_and_body_books_once) {
    const Headers key = {{"Idempotency-Key", "k1"}};
    const auto first = as_alice("/api/v1/reservations", two_gpus, key);
    const auto again = as_alice("/api/v1/reservations", two_gpus, key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.headers.at("Idempotent-Replayed"), "true");
    EXPECT_EQ(ids_in(get("/api/v1/reservations")).size(), 1U);
}

TEST_F(reservations_api, the_same_key_with_another_body_is_422) {
    const Headers key = {{"Idempotency-Key", "k1"}};
    as_alice("/api/v1/reservations", two_gpus, key);
    const auto answer = as_alice("/api/v1/reservations", R"({"start":"now","hours":2})", key);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(text_at(answer, "/code"), "idempotency_mismatch");
}

TEST_F(reservations_api, an_empty_key_is_no_key) {
    const auto answer = as_alice("/api/v1/reservations", two_gpus, {{"Idempotency-Key", ""}});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(text_at(answer, "/field"), "Idempotency-Key");
}

TEST_F(reservations_api, one_key_does_not_cancel_two_reservations) {
    book_slots(4);
    const Headers key = {{"Idempotency-Key", "k1"}};
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel", "", key).status, 200);
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel", "", key).status, 200);
    EXPECT_EQ(as_alice("/api/v1/reservations/r-3/cancel", "", key).status, 422);
}

TEST_F(reservations_api, a_reservation_shows_its_history_with_who_and_why) {
    book();
    as_alice("/api/v1/reservations/r-1/cancel", R"({"reason":"data not ready"})");
    const auto answer = get("/api/v1/reservations/r-1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(text_at(answer, "/state"), "cancelled");
    EXPECT_EQ(text_at(answer, "/history/0/kind"), "reservation_confirmed");
    EXPECT_EQ(text_at(answer, "/history/1/kind"), "reservation_ended");
    EXPECT_EQ(text_at(answer, "/history/1/actor"), "alice");
    EXPECT_EQ(text_at(answer, "/history/1/reason"), "data not ready");
    EXPECT_EQ(text_at(answer, "/history/1/time"), "2026-11-30T02:00:00Z");
}

TEST_F(reservations_api, the_reason_may_come_in_a_header) {
    book();
    as_alice("/api/v1/reservations/r-1/cancel", "", {{"X-Berth-Reason", "ill"}});
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/history/1/reason"), "ill");
}

TEST_F(reservations_api, what_is_not_there_is_404) {
    EXPECT_EQ(get("/api/v1/reservations/r-7").status, 404);
    EXPECT_EQ(get("/api/v1/reservations/seven").status, 404);
    EXPECT_EQ(as_alice("/api/v1/reservations/r-7/cancel").status, 404);
    EXPECT_EQ(get("/api/v1/reservations/r-7/log").status, 404);
}

TEST_F(reservations_api, somebody_elses_reservation_cannot_be_cancelled) {
    book();
    const auto answer =
        ask("POST", "/api/v1/reservations/r-1/cancel", "", {{"X-Berth-User", "bob"}});
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(text_at(answer, "/code"), "not_allowed");
}

TEST_F(reservations_api, what_has_ended_cannot_be_cancelled_again) {
    book();
    as_alice("/api/v1/reservations/r-1/cancel");
    const auto answer = as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(text_at(answer, "/code"), "wrong_state");
}

TEST_F(reservations_api, a_stale_if_match_is_412_and_changes_nothing) {
    book();
    const auto answer = as_alice("/api/v1/reservations/r-1/cancel", "", {{"If-Match", "\"999\""}});
    EXPECT_EQ(answer.status, 412);
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/state"), "confirmed");
    const std::string tag = get("/api/v1/reservations/r-1").headers.at("ETag");
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel", "", {{"If-Match", tag}}).status, 200);
}

TEST_F(reservations_api, a_malformed_if_match_is_400) {
    book();
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel", "", {{"If-Match", "2"}}).status, 400);
}

TEST_F(reservations_api, release_ends_what_runs_as_completed) {
    book();
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/release").status, 409);
    move_to(monday_ten + 10h);
    const auto answer = as_alice("/api/v1/reservations/r-1/release");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/state"), "completed");
}

TEST_F(reservations_api, the_list_comes_in_pages_in_the_order_of_ids) {
    book_slots(11);
    const auto first = get("/api/v1/reservations?limit=4");
    EXPECT_EQ(ids_in(first), (std::vector<std::string>{"r-1", "r-2", "r-3", "r-4"}));
    EXPECT_EQ(text_at(first, "/next"), "r-4");
    const auto second = get("/api/v1/reservations?limit=7&cursor=r-4");
    EXPECT_EQ(ids_in(second).size(), 7U);
    EXPECT_EQ(text_at(second, "/next"), "null");
}

TEST_F(reservations_api, the_list_is_filtered_by_each_parameter) {
    book();
    book_slots(4);
    const auto listed = [&](const std::string& query) {
        return ids_in(get("/api/v1/reservations?" + query));
    };
    EXPECT_EQ(listed("team=vision"), std::vector<std::string>{"r-1"});
    EXPECT_EQ(listed("owner=bob"), (std::vector<std::string>{"r-3", "r-5"}));
    EXPECT_EQ(listed("gpu=node1/1"), std::vector<std::string>{"r-1"});
    EXPECT_EQ(listed("state=cancelled"), std::vector<std::string>{});
    EXPECT_EQ(listed("from=2026-11-30T06:00:00Z&to=2026-11-30T08:00:00Z"),
              std::vector<std::string>{"r-3"});
    EXPECT_EQ(listed("from=2026-11-30T14:00:00%2B08:00&to=2026-11-30T16:00:00+08:00"),
              std::vector<std::string>{"r-3"});
}

TEST_F(reservations_api, a_bad_query_names_the_parameter) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"limit=0", "limit"},    {"limit=501", "limit"}, {"limit=ten", "limit"},
        {"cursor=17", "cursor"}, {"from=today", "from"}, {"state=lost", "state"},
        {"ownr=alice", "ownr"},
    };
    for (const auto& [query, field] : cases) {
        const auto answer = get("/api/v1/reservations?" + query);
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_EQ(text_at(answer, "/field"), field) << query;
    }
    EXPECT_THAT(text_at(get("/api/v1/reservations?ownr=alice"), "/detail"),
                HasSubstr("did you mean \"owner\"?"));
}

TEST_F(reservations_api, a_plan_needs_no_name_and_books_nothing) {
    const auto answer =
        ask("POST", "/api/v1/plan",
            R"({"gpus":{"count":2},"hours":4,"finish_before":"2026-12-01T12:00:00Z"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/feasible"), "true");
    EXPECT_NE(text_at(answer, "/windows/0/start"), "");
    EXPECT_TRUE(ids_in(get("/api/v1/reservations")).empty());
}

TEST_F(reservations_api, the_fleet_names_every_gpu_with_its_number) {
    const auto answer = get("/api/v1/fleet");
    EXPECT_EQ(text_at(answer, "/zone"), "Asia/Shanghai");
    EXPECT_EQ(text_at(answer, "/slot_minutes"), "120");
    EXPECT_EQ(text_at(answer, "/now"), "2026-11-30T02:00:00Z");
    EXPECT_EQ(text_at(answer, "/simulated_gpus"), "true");
    EXPECT_EQ(text_at(answer, "/simulated_clock"), "true");
    EXPECT_EQ(text_at(answer, "/revision"), "1");
    EXPECT_EQ(text_at(answer, "/nodes/1/gpus/0"),
              R"({"id":"node2/0","number":2,"model":"A100","memory_gb":40,)"
              R"("labels":{"rack":"a"},"health":"healthy"})");
}

TEST_F(reservations_api, without_a_test_clock_nobody_moves_the_time) {
    EXPECT_EQ(ask("POST", "/test/clock", R"({"advance":"2h"})").status, 404);
}

TEST_F(reservations_api, answers_are_neither_sniffed_nor_kept) {
    const auto answer = get("/api/v1/fleet");
    EXPECT_EQ(answer.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace berth::test
