// Plans and their tokens: what was answered can be booked as it was said, by who asked, for a
// minute.
#include <gmock/gmock.h>

#include "api/what_if.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

// Two GPUs of one node, 20:00 to 24:00 in Shanghai.
constexpr const char* wish =
    R"({"title":"yolo","gpus":{"count":2},"start":"2026-11-30T12:00:00Z","hours":4})";

class plans : public ApiSite {
protected:
    [[nodiscard]] Response plan(const std::string& body = wish) const {
        return as_alice("/api/v1/plan", body);
    }
    [[nodiscard]] std::string token() const { return text_at(plan(), "/windows/0/plan"); }
    [[nodiscard]] Response book(const std::string& token, const std::string& more = "",
                                const std::string& user = "alice", Headers headers = {}) const {
        headers["X-Berth-User"] = user;
        return ask("POST", "/api/v1/reservations", R"({"plan":")" + token + "\"" + more + "}",
                   headers);
    }
};

TEST_F(plans, a_window_is_booked_by_its_token_with_what_was_asked) {
    const auto booked = book(token());
    EXPECT_EQ(booked.status, 201) << booked.body;
    EXPECT_EQ(text_at(booked, "/title"), "yolo");
    EXPECT_EQ(text_at(booked, "/gpus"), R"(["node1/0","node1/1"])");
    EXPECT_EQ(text_at(booked, "/start"), "2026-11-30T12:00:00Z");
    EXPECT_EQ(text_at(booked, "/end"), "2026-11-30T16:00:00Z");
}

TEST_F(plans, a_number_of_gpus_stays_a_number_of_gpus) {
    EXPECT_EQ(text_at(book(token()), "/asked/count"), "2");
    const auto named =
        plan(R"({"gpus":{"ids":["node2/0"]},"start":"2026-11-30T12:00:00Z","hours":4})");
    EXPECT_EQ(text_at(book(text_at(named, "/windows/0/plan")), "/asked/ids"), R"(["node2/0"])");
}

TEST_F(plans, every_window_of_a_deadline_can_be_booked) {
    const auto answer =
        plan(R"({"gpus":{"count":2},"hours":4,"finish_before":"2026-12-01T12:00:00Z"})");
    const auto document = json_of(answer);
    ASSERT_GE(document.at("windows").as_array().size(), 2U);
    for (const auto& window : document.at("windows").as_array()) {
        const auto booked = book(std::string(window.at("plan").as_string()));
        EXPECT_EQ(booked.status, 201) << booked.body;
        EXPECT_EQ(json_of(booked).at("start"), window.at("start"));
        EXPECT_EQ(json_of(booked).at("end"), window.at("end"));
        as_alice("/api/v1/reservations/" + text_at(booked, "/id") + "/cancel");
    }
}

TEST_F(plans, the_booking_may_say_what_the_plan_left_open) {
    const auto booked = book(token(), R"(,"title":"second","priority":"P3","team":"vision")");
    EXPECT_EQ(text_at(booked, "/title"), "second");
    EXPECT_EQ(text_at(booked, "/priority"), "P3");
    EXPECT_EQ(text_at(booked, "/team"), "vision");
}

TEST_F(plans, the_booking_may_repeat_the_wish_but_not_change_it) {
    const std::string kept = token();
    for (const auto& [more, field] : std::vector<std::pair<std::string, std::string>>{
             {R"(,"gpus":{"count":3})", "gpus"},
             {R"(,"start":"now")", "start"},
             {R"(,"hours":6)", "hours"},
             {R"(,"end":"2026-11-30T18:00:00Z")", "end"}}) {
        const auto refused = book(kept, more);
        EXPECT_EQ(refused.status, 400) << more;
        EXPECT_EQ(text_at(refused, "/field"), field) << refused.body;
    }
    const auto same = book(kept, R"(,"gpus":{"count":2},"start":"2026-11-30T12:00:00Z","hours":4)");
    EXPECT_EQ(same.status, 201) << same.body;
}

TEST_F(plans, a_token_is_good_for_a_minute) {
    const std::string kept = token();
    clock.move(monday_ten + 61s);
    const auto refused = book(kept);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(text_at(refused, "/code"), "plan_stale");
    EXPECT_EQ(text_at(refused, "/field"), "plan");
    EXPECT_THAT(text_at(refused, "/detail"), HasSubstr("plan again"));
}

TEST_F(plans, a_token_is_nobody_elses) {
    const auto refused = book(token(), "", "bob");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(text_at(refused, "/code"), "plan_stale");
}

TEST_F(plans, a_token_that_never_was_is_stale) {
    EXPECT_EQ(text_at(book("plan-00000000000000000000000000000000"), "/code"), "plan_stale");
    EXPECT_EQ(text_at(book("nonsense"), "/code"), "plan_stale");
}

TEST_F(plans, a_repeated_booking_is_answered_again_when_its_token_is_long_gone) {
    const std::string kept = token();
    const auto first = book(kept, "", "alice", {{"Idempotency-Key", "k1"}});
    clock.move(monday_ten + 10min);
    const auto again = book(kept, "", "alice", {{"Idempotency-Key", "k1"}});
    EXPECT_EQ(again.status, 201) << again.body;
    EXPECT_EQ(text_at(again, "/id"), text_at(first, "/id"));
}

TEST_F(plans, a_window_that_is_taken_meanwhile_is_a_conflict_with_others) {
    const std::string kept = token();
    as_alice("/api/v1/reservations",
             R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T12:00:00Z","hours":2})");
    const auto refused = book(kept);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(text_at(refused, "/code"), "conflict");
    EXPECT_NE(text_at(refused, "/suggestions"), "[]");
}

TEST_F(plans, who_does_not_say_who_they_are_gets_windows_without_tokens) {
    const auto answer = ask("POST", "/api/v1/plan", wish);
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(json_of(answer).at_pointer("/windows/0").as_object().contains("plan"));
    EXPECT_EQ(ask("POST", "/api/v1/plan", wish, {{"X-Berth-User", "al ice"}}).status, 400);
}

TEST_F(plans, who_does_not_ask_for_it_is_not_shown_whom_they_could_disturb) {
    for (const char* node : {"node1", "node2"}) {
        as_alice("/api/v1/reservations", std::string(R"({"gpus":{"ids":[")") + node + "/0\",\"" +
                                             node +
                                             R"(/1"]},"start":"2026-11-30T12:00:00Z","hours":4})");
    }
    const auto answer = plan();
    EXPECT_EQ(text_at(answer, "/feasible"), "false");
    EXPECT_EQ(text_at(answer, "/eviction"), "null");
    EXPECT_EQ(text_at(answer, "/eviction_refused"), "null");
}

TEST(plan_book, the_oldest_plans_make_room) {
    PlanBook book;
    const auto request = std::make_shared<const ReservationRequest>();
    const std::string first = book.keep({"alice", request, {}}, 40'000'000, monday_ten);
    EXPECT_NE(book.find(first, "alice", monday_ten), nullptr);
    const std::string second = book.keep({"alice", request, {}}, 40'000'000, monday_ten);
    EXPECT_NE(first, second);
    EXPECT_EQ(book.find(first, "alice", monday_ten), nullptr);
    EXPECT_NE(book.find(second, "alice", monday_ten), nullptr);
}

Rehearsal::Step step(ReservationId id, std::vector<std::string> gpus, Instant start,
                     std::optional<ReservationId> continues = {}) {
    auto after = std::make_shared<Reservation>();
    after->id = id;
    after->gpus = std::move(gpus);
    after->start = start;
    after->end = start + 4h;
    after->continues = continues;
    return {ReservationMoved{}, after};
}

TEST(what_if, a_victims_new_window_is_the_one_of_the_rehearsal) {
    EvictionPlan plan;
    plan.victims.resize(3);
    plan.victims[0].id = {1};
    plan.victims[0].running = true;
    plan.victims[1].id = {2};
    plan.victims[2].id = {3};
    plan.victims[2].again_from = monday_ten;
    Rehearsal rehearsal;
    rehearsal.steps.push_back(step({1}, {"node1/0"}, monday_ten));
    rehearsal.steps.push_back(step({5}, {"node1/0"}, monday_ten + 8h, ReservationId{1}));
    rehearsal.steps.push_back(step({2}, {}, monday_ten));
    rehearsal.steps.push_back(step({2}, {"node1/1"}, monday_ten + 6h));
    rehearsal.steps.push_back(step({3}, {}, monday_ten));
    say_where_booked_again(plan, rehearsal);
    EXPECT_EQ(plan.victims[0].again_from, monday_ten + 8h);
    EXPECT_EQ(plan.victims[0].again_to, monday_ten + 12h);
    EXPECT_EQ(plan.victims[0].again_gpus, std::vector<std::string>{"node1/0"});
    EXPECT_EQ(plan.victims[1].again_from, monday_ten + 6h);
    EXPECT_EQ(plan.victims[2].again_from, std::nullopt);  // it will wait for one
}

}  // namespace
}  // namespace berth::test
