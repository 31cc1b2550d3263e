// What one may do to a reservation now, and a dry run of it: both by the decisions themselves.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

const char* const reservations = "/api/v1/reservations";
const char* const evening =
    R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T12:00:00Z","hours":4})";

std::shared_ptr<const Policy> asks_for_reasons() {
    auto policy = std::make_shared<Policy>();
    policy->reason_required = {ReasonFor::cancel, ReasonFor::move};
    return policy;
}

class actions : public ApiSite {
protected:
    explicit actions(std::shared_ptr<const Policy> rules = {}) : ApiSite(std::move(rules)) {
        EXPECT_EQ(as_alice(reservations, evening).status, 201);
    }

    // {"cancel": {…}, …}
    [[nodiscard]] boost::json::object of(const std::string& id, const std::string& person) const {
        Headers headers;
        if (!person.empty()) headers["X-Berth-User"] = person;
        const auto answer = get("/api/v1/reservations/" + id + "/actions", headers);
        EXPECT_EQ(answer.status, 200) << answer.body;
        boost::json::object by_name;
        const auto document = json_of(answer);
        for (const auto& action : document.at("actions").as_array()) {
            by_name[action.at("name").as_string()] = action;
        }
        return by_name;
    }
    [[nodiscard]] std::string names(const std::string& id, const std::string& person) const {
        std::string text;
        for (const auto& [name, action] : of(id, person)) {
            text += (text.empty() ? "" : " ") + std::string(name);
        }
        return text;
    }
    [[nodiscard]] bool allows(const std::string& id, const std::string& person,
                              const std::string& name) const {
        return of(id, person).at(name).at("allowed").as_bool();
    }
    [[nodiscard]] std::string why(const std::string& id, const std::string& person,
                                  const std::string& name) const {
        const auto all = of(id, person);
        const auto& why = all.at(name).at("why");
        return why.is_string() ? std::string(why.as_string()) : "allowed";
    }

    [[nodiscard]] std::size_t rows() { return journal.all().size(); }
};

class actions_with_reasons : public actions {
protected:
    actions_with_reasons() : actions(asks_for_reasons()) {}
};

TEST_F(actions, its_owner_may_change_what_is_booked) {
    EXPECT_EQ(names("r-1", "alice"), "cancel move extend shorten gpus rename transfer check_in");
    for (const char* name : {"cancel", "move", "extend", "shorten", "gpus", "rename", "transfer"}) {
        EXPECT_EQ(why("r-1", "alice", name), "allowed") << name;
    }
    EXPECT_THAT(why("r-1", "alice", "check_in"), HasSubstr("has not begun"));
}

TEST_F(actions, somebody_else_is_told_whose_it_is) {
    for (const auto& [name, action] : of("r-1", "bob")) {
        EXPECT_FALSE(action.at("allowed").as_bool()) << name;
        EXPECT_THAT(std::string(action.at("why").as_string()), HasSubstr("belongs to alice"))
            << name;
    }
}

TEST_F(actions, who_does_not_say_who_they_are_may_do_nothing) {
    for (const auto& [name, action] : of("r-1", "")) {
        EXPECT_FALSE(action.at("allowed").as_bool()) << name;
        EXPECT_THAT(std::string(action.at("why").as_string()), HasSubstr("X-Berth-User")) << name;
    }
}

TEST_F(actions, asking_changes_nothing) {
    const auto before = rows();
    const auto shown = get("/api/v1/reservations/r-1").body;
    EXPECT_FALSE(of("r-1", "alice").empty());
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(get("/api/v1/reservations/r-1").body, shown);
    EXPECT_EQ(as("bob", "POST", reservations, evening).status, 409) << "it still holds its GPU";
}

TEST_F(actions, an_end_is_tried_by_one_slot) {
    as("bob", "POST", reservations,
       R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T16:00:00Z","hours":2})");
    EXPECT_THAT(why("r-1", "alice", "extend"), HasSubstr("is busy"));
    EXPECT_TRUE(allows("r-1", "alice", "shorten"));
    EXPECT_TRUE(allows("r-2", "bob", "extend"));
    EXPECT_FALSE(allows("r-2", "bob", "shorten")) << "it is one slot long";
}

TEST_F(actions, what_has_begun_keeps_its_start_and_its_gpus) {
    move_to(monday_ten + 10h);
    EXPECT_EQ(names("r-1", "alice"),
              "cancel release move extend shorten gpus rename transfer check_in");
    EXPECT_THAT(why("r-1", "alice", "move"), HasSubstr("has begun"));
    EXPECT_THAT(why("r-1", "alice", "gpus"), HasSubstr("has begun"));
    for (const char* name : {"cancel", "release", "extend", "shorten", "rename", "check_in"}) {
        EXPECT_EQ(why("r-1", "alice", name), "allowed") << name;
    }
}

TEST_F(actions, what_has_ended_allows_nothing) {
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(names("r-1", "alice"), "");
    EXPECT_EQ(get("/api/v1/reservations/r-9/actions").status, 404);
}

TEST_F(actions, a_transfer_is_the_receivers_to_accept) {
    as_alice("/api/v1/reservations/r-1/transfer", R"({"to_user":"bob","to_team":"nlp"})");
    EXPECT_TRUE(allows("r-1", "bob", "accept"));
    EXPECT_TRUE(allows("r-1", "bob", "decline"));
    EXPECT_THAT(why("r-1", "alice", "accept"), HasSubstr("offered to bob"));
    EXPECT_TRUE(allows("r-1", "alice", "decline")) << "its owner takes it back";
    EXPECT_THAT(why("r-1", "carol", "accept"), HasSubstr("offered to bob"));
}

TEST_F(actions, who_waits_can_only_give_up_or_hand_over) {
    as("bob", "POST", reservations,
       R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T12:00:00Z","hours":4,)"
       R"("on_conflict":"wait"})");
    EXPECT_EQ(names("r-2", "bob"), "cancel transfer");
}

TEST_F(actions, an_offered_window_is_its_owners_to_answer) {
    as("bob", "POST", reservations,
       R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T12:00:00Z","hours":4,)"
       R"("on_conflict":"wait","wait":{"mode":"offer"}})");
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(names("r-2", "bob"), "cancel transfer accept decline");
    EXPECT_TRUE(allows("r-2", "bob", "accept"));
    EXPECT_TRUE(allows("r-2", "bob", "decline"));
    EXPECT_FALSE(allows("r-2", "alice", "accept"));
}

TEST_F(actions, maintenance_belongs_to_nobody_who_could_take_it) {
    as("olga", "POST", "/api/v1/maintenance",
       R"({"nodes":["node2"],"start":"2026-11-30T12:00:00Z","hours":4})");
    EXPECT_EQ(names("r-2", "olga"), "cancel move extend shorten gpus rename");
}

TEST_F(actions, a_queue_job_is_cancelled_or_handed_over) {
    as("bob", "POST", "/api/v1/queue",
       R"({"gpus":{"count":1},"minutes":30,"workload":{"argv":["train"]}})");
    EXPECT_THAT(names("q-1", "bob"), HasSubstr("cancel"));
    EXPECT_THAT(names("q-1", "bob"), Not(HasSubstr("extend")));
}

TEST_F(actions_with_reasons, each_says_whether_the_site_asks_why) {
    const auto all = of("r-1", "alice");
    for (const auto& [name, action] : all) {
        const bool asked = name == "cancel" || name == "move" || name == "gpus";
        EXPECT_EQ(action.at("reason_required").as_bool(), asked) << name;
    }
    EXPECT_TRUE(all.at("cancel").at("allowed").as_bool());
}

// ---- dry runs

class dry_run : public actions {
protected:
    [[nodiscard]] Response change(const std::string& body, Headers headers = {}) const {
        return as("alice", "PATCH", "/api/v1/reservations/r-1?dry_run=true", body,
                  std::move(headers));
    }
};

TEST_F(dry_run, a_change_is_answered_as_it_would_stand_and_not_made) {
    const auto before = rows();
    const auto answer = change(R"({"start":"2026-12-01T12:00:00Z"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/id"), "r-1");
    EXPECT_EQ(text_at(answer, "/start"), "2026-12-01T12:00:00Z");
    EXPECT_EQ(text_at(answer, "/end"), "2026-12-01T16:00:00Z");
    EXPECT_FALSE(answer.headers.contains("ETag"));
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/start"), "2026-11-30T12:00:00Z");
}

TEST_F(dry_run, a_change_that_changes_nothing_is_the_reservation_as_it_is) {
    const auto answer = change(R"({"hours":4})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(text_at(answer, "/end"), "2026-11-30T16:00:00Z");
}

TEST_F(dry_run, a_refusal_is_the_very_one_with_its_suggestions) {
    as("bob", "POST", reservations,
       R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T20:00:00Z","hours":2})");
    const char* clash = R"({"start":"2026-11-30T20:00:00Z"})";
    const auto dry = change(clash);
    const auto real = as("alice", "PATCH", "/api/v1/reservations/r-1", clash);
    EXPECT_EQ(dry.status, 409);
    EXPECT_EQ(dry.body, real.body);
    EXPECT_FALSE(json_of(dry).at("suggestions").as_array().empty());
    EXPECT_EQ(change(R"({"title":"x"})", {{"If-Match", "\"999\""}}).status, 412);
}

TEST_F(dry_run, a_booking_is_answered_as_it_would_stand_and_not_made) {
    const auto before = rows();
    const auto dry = as_alice("/api/v1/reservations?dry_run=true",
                              R"({"gpus":{"count":2},"start":"2026-12-01T12:00:00Z","hours":4})");
    EXPECT_EQ(dry.status, 200) << dry.body;
    EXPECT_EQ(text_at(dry, "/state"), "confirmed");
    EXPECT_EQ(json_of(dry).at("gpus").as_array().size(), 2U);
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(get("/api/v1/reservations/r-2").status, 404);
    const auto clash = as("bob", "POST", "/api/v1/reservations?dry_run=true", evening);
    EXPECT_EQ(clash.status, 409);
    EXPECT_EQ(text_at(clash, "/code"), "conflict");
}

TEST_F(dry_run, no_key_is_remembered) {
    const Headers key = {{"Idempotency-Key", "k1"}};
    EXPECT_EQ(change(R"({"title":"x"})", key).status, 200);
    const auto real = as("alice", "PATCH", "/api/v1/reservations/r-1", R"({"title":"y"})", key);
    EXPECT_EQ(real.status, 200);
    EXPECT_FALSE(real.headers.contains("Idempotent-Replayed"));
}

TEST_F(dry_run, it_is_true_or_false_and_only_where_it_is_offered) {
    const char* title = R"({"title":"x"})";
    const auto unsure = as("alice", "PATCH", "/api/v1/reservations/r-1?dry_run=maybe", title);
    EXPECT_EQ(unsure.status, 400);
    EXPECT_EQ(text_at(unsure, "/field"), "dry_run");
    EXPECT_EQ(as_alice("/api/v1/reservations/r-1/cancel?dry_run=true").status, 400);
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/state"), "confirmed");
    as("alice", "PATCH", "/api/v1/reservations/r-1?dry_run=false", title);
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/title"), "x");
}

TEST_F(actions_with_reasons, a_dry_run_asks_for_none) {
    const char* later = R"({"start":"2026-12-01T12:00:00Z"})";
    const std::string one = "/api/v1/reservations/r-1";
    EXPECT_EQ(as("alice", "PATCH", one + "?dry_run=true", later).status, 200);
    EXPECT_EQ(text_at(as("alice", "PATCH", one, later), "/code"), "reason_missing");
}

}  // namespace
}  // namespace berth::test
