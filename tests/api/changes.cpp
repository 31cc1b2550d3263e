// PATCH of a reservation, and those that ended long ago, without sockets.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class changes : public ApiSite {
protected:
    changes() {
        const auto booked =
            as_alice("/api/v1/reservations", R"({"title":"yolo","gpus":{"ids":["node1/0"]},)"
                                             R"("start":"2026-11-30T12:00:00Z","hours":4})");
        EXPECT_EQ(booked.status, 201) << booked.body;
    }

    [[nodiscard]] Response change(const std::string& body, Headers headers = {},
                                  const std::string& id = "r-1") const {
        headers.emplace("X-Berth-User", "alice");
        return ask("PATCH", "/api/v1/reservations/" + id, body, headers);
    }
};

TEST_F(changes, an_end_alone_extends_or_shortens) {
    const auto longer = change(R"({"end":"2026-11-30T20:00:00Z","reason":"more epochs"})");
    EXPECT_EQ(longer.status, 200) << longer.body;
    EXPECT_EQ(text_at(longer, "/start"), "2026-11-30T12:00:00Z");
    EXPECT_EQ(text_at(longer, "/end"), "2026-11-30T20:00:00Z");
    EXPECT_EQ(longer.headers.at("ETag"), "\"" + text_at(longer, "/revision") + "\"");
    EXPECT_EQ(text_at(change(R"({"hours":2})"), "/end"), "2026-11-30T14:00:00Z");
    const auto history = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(history, "/history/1/kind"), "reservation_changed");
    EXPECT_EQ(text_at(history, "/history/1/reason"), "more epochs");
}

TEST_F(changes, title_start_and_gpus_change_together) {
    const auto moved = change(
        R"({"title":"v8l","start":"2026-12-01T12:00:00Z","gpus":{"count":2,"model":"A100"}})");
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(text_at(moved, "/title"), "v8l");
    EXPECT_EQ(text_at(moved, "/end"), "2026-12-01T16:00:00Z");
    EXPECT_EQ(json_of(moved).at("gpus").as_array().size(), 2U);
}

TEST_F(changes, what_changes_nothing_is_told_what_can_be_changed) {
    for (const char* body : {"{}", R"({"reason":"why not"})", R"({"title":null,"align":true})"}) {
        const auto answer = change(body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("\"hours\" or \"gpus\"")) << body;
    }
    for (const char* body : {R"({"gpus":{}})", R"({"title":"x","gpus":{"ids":[],"labels":{}}})"}) {
        const auto answer = change(body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(text_at(answer, "/field"), "gpus") << body;
    }
    EXPECT_EQ(change("").status, 400);
}

TEST_F(changes, a_stale_if_match_is_412_and_changes_nothing) {
    EXPECT_EQ(change(R"({"title":"x"})", {{"If-Match", "\"999\""}}).status, 412);
    const auto now = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(now, "/title"), "yolo");
    EXPECT_EQ(change(R"({"title":"x"})", {{"If-Match", now.headers.at("ETag")}}).status, 200);
}

TEST_F(changes, the_same_key_changes_once) {
    const Headers key = {{"Idempotency-Key", "k1"}};
    const auto first = change(R"({"title":"x"})", key);
    const auto again = change(R"({"title":"x"})", key);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.headers.at("Idempotent-Replayed"), "true");
    EXPECT_EQ(change(R"({"title":"y"})", key).status, 422);
}

TEST_F(changes, refusals_have_their_status) {
    EXPECT_EQ(change(R"({"title":"x"})", {}, "r-9").status, 404);
    EXPECT_EQ(change(R"({"title":"x"})", {{"X-Berth-User", "bob"}}).status, 403);
    EXPECT_EQ(change(R"({"hours":3})").status, 400);
    as_alice("/api/v1/reservations",
             R"({"gpus":{"ids":["node1/0"]},"start":"2026-11-30T16:00:00Z","hours":2})");
    const auto clash = change(R"({"hours":6})");
    EXPECT_EQ(clash.status, 409);
    EXPECT_EQ(text_at(clash, "/code"), "conflict");
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(text_at(change(R"({"hours":2})"), "/code"), "wrong_state");
}

// The engine has forgotten it then.
TEST_F(changes, what_ended_long_ago_is_still_listed_and_shown_with_its_log) {
    submit("alice", Cancel{ReservationId{1}, {}});
    Reservation old = journal.projected.at(ReservationId{1});
    old.attempt = 1;
    journal.projected[old.id] = old;
    archive.logs[{old.id, 1}] = "epoch 1\n";
    clock.move(monday_ten + 10 * 24h);
    Reserve later;
    later.request.start = StartTime{};
    later.request.hours = 2;
    submit("bob", later);
    bool remembered = true;
    engine->read([&](const View& view) { remembered = view.find(ReservationId{1}) != nullptr; });
    ASSERT_FALSE(remembered);

    const auto shown = get("/api/v1/reservations/r-1");
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(text_at(shown, "/state"), "cancelled");
    EXPECT_EQ(text_at(shown, "/history/0/kind"), "reservation_confirmed");
    EXPECT_EQ(text_at(get("/api/v1/reservations"), "/items/0/id"), "r-1");
    EXPECT_EQ(text_at(get("/api/v1/reservations?state=cancelled&owner=alice"), "/items/0/id"),
              "r-1");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log").body, "epoch 1\n");
    EXPECT_EQ(change(R"({"title":"x"})").status, 409);
}

TEST_F(changes, a_number_that_was_never_given_is_not_there) {
    EXPECT_EQ(get("/api/v1/reservations/r-0").status, 404);
    EXPECT_EQ(get("/api/v1/reservations/r-18446744073709551615").status, 404);
    EXPECT_EQ(get("/api/v1/reservations/r-18446744073709551616").status, 404);
}

}  // namespace
}  // namespace berth::test
