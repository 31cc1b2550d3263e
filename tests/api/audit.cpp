// GET /api/v1/audit, without sockets.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class audit_api : public ApiSite {
protected:
    audit_api() {
        book("alice", "vision", 1);
        move_to(monday_ten + 30min);
        book("bob", "speech", 2);
        as_alice("/api/v1/reservations/r-1/cancel", R"({"reason":"data, \"late\""})");
    }

    void book(const std::string& who, const std::string& team, int slot) const {
        const auto answer =
            ask("POST", "/api/v1/reservations",
                R"({"team":")" + team + R"(","gpus":{"ids":["node1/0"]},"start":")" +
                    to_rfc3339(monday_ten + 2h * slot) + R"(","hours":2})",
                {{"X-Berth-User", who}});
        ASSERT_EQ(answer.status, 201) << answer.body;
    }

    [[nodiscard]] std::vector<int> sequences(const std::string& query) const {
        std::vector<int> found;
        const auto document = json_of(get("/api/v1/audit?" + query));
        for (const auto& item : document.at("items").as_array()) {
            found.push_back(item.at("sequence").to_number<int>());
        }
        return found;
    }
};

using Numbers = std::vector<int>;

TEST_F(audit_api, a_row_says_who_did_what_when_and_why) {
    const auto answer = get("/api/v1/audit");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(text_at(answer, "/items/0/command"), "declare_fleet");
    EXPECT_EQ(text_at(answer, "/items/0/reservation"), "null");
    EXPECT_EQ(text_at(answer, "/items/1/kind"), "reservation_confirmed");
    EXPECT_EQ(text_at(answer, "/items/1/event/reservation/owner"), "alice");
    EXPECT_EQ(text_at(answer, "/items/3/actor"), "alice");
    EXPECT_EQ(text_at(answer, "/items/3/command"), "cancel");
    EXPECT_EQ(text_at(answer, "/items/3/reservation"), "r-1");
    EXPECT_EQ(text_at(answer, "/items/3/reason"), "data, \"late\"");
    EXPECT_EQ(text_at(answer, "/items/3/time"), "2026-11-30T02:30:00Z");
    EXPECT_EQ(text_at(answer, "/next"), "null");
}

TEST_F(audit_api, each_parameter_narrows_it) {
    EXPECT_EQ(sequences("actor=bob"), Numbers{3});
    EXPECT_EQ(sequences("team=vision"), (Numbers{2, 4}));
    EXPECT_EQ(sequences("reservation=r-1"), (Numbers{2, 4}));
    EXPECT_EQ(sequences("from=2026-11-30T02:30:00Z"), (Numbers{3, 4}));
    EXPECT_EQ(sequences("to=2026-11-30T02:30:00Z"), (Numbers{1, 2}));
    EXPECT_EQ(sequences("actor=alice&from=2026-11-30T02:30:00Z"), Numbers{4});
}

TEST_F(audit_api, it_is_narrowed_by_what_happened_to_which_gpu_and_by_words) {
    EXPECT_EQ(sequences("kind=reservation_ended"), Numbers{4});
    EXPECT_EQ(sequences("command=reserve"), (Numbers{2, 3}));
    EXPECT_EQ(sequences("gpu=node1/0"), (Numbers{2, 3, 4}));
    EXPECT_EQ(sequences("gpu=node1/1"), Numbers{});
    EXPECT_EQ(sequences("q=DATA"), Numbers{4});           // its reason
    EXPECT_EQ(sequences("q=inter"), (Numbers{2, 3, 4}));  // the title: interactive
    EXPECT_EQ(sequences("q=inter&kind=reservation_confirmed&actor=bob"), Numbers{3});
}

TEST_F(audit_api, the_newest_come_first_where_that_is_asked_in_pages_too) {
    EXPECT_EQ(sequences("order=desc"), (Numbers{4, 3, 2, 1}));
    EXPECT_EQ(sequences("order=desc&limit=3"), (Numbers{4, 3, 2}));
    EXPECT_EQ(text_at(get("/api/v1/audit?order=desc&limit=3"), "/next"), "2");
    EXPECT_EQ(sequences("order=desc&limit=3&cursor=2"), Numbers{1});
    EXPECT_EQ(text_at(get("/api/v1/audit?order=desc&limit=3&cursor=2"), "/next"), "null");
}

TEST_F(audit_api, a_cell_that_a_spreadsheet_would_run_is_kept_from_it) {
    as("bob", "POST", "/api/v1/reservations/r-2/cancel", R"({"reason":"=1+2"})");
    const auto answer = get("/api/v1/audit?actor=bob&command=cancel", {{"Accept", "text/csv"}});
    EXPECT_THAT(answer.body, HasSubstr(",bob,cancel,'=1+2,r-2,"));
}

TEST_F(audit_api, it_comes_in_pages) {
    EXPECT_EQ(sequences("limit=3"), (Numbers{1, 2, 3}));
    EXPECT_EQ(text_at(get("/api/v1/audit?limit=3"), "/next"), "3");
    EXPECT_EQ(sequences("limit=3&cursor=3"), Numbers{4});
    EXPECT_EQ(text_at(get("/api/v1/audit?limit=4"), "/next"), "null");
}

TEST_F(audit_api, a_bad_query_names_the_parameter) {
    for (const char* query : {"from=x", "to=x", "reservation=x", "cursor=x", "limit=0",
                              "limit=1001", "cursor=-1", "actr=alice", "order=up"}) {
        const auto answer = get(std::string("/api/v1/audit?") + query);
        const std::string text = query;
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_EQ(text_at(answer, "/field"), text.substr(0, text.find('='))) << query;
    }
}

TEST_F(audit_api, a_table_is_had_by_asking_for_one) {
    const auto answer = get("/api/v1/audit?actor=alice&limit=1", {{"Accept", "text/csv"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.headers.at("Content-Type"), StartsWith("text/csv"));
    EXPECT_THAT(answer.body,
                StartsWith("sequence,time,actor,command,reason,reservation,kind,event\r\n"
                           "2,2026-11-30T02:00:00Z,alice,reserve,,r-1,reservation_confirmed,\"{"));
    EXPECT_EQ(answer.headers.at("Link"),
              "</api/v1/audit?cursor=2&actor=alice&limit=1>; rel=\"next\"");
    const auto last = get("/api/v1/audit?actor=alice&cursor=2", {{"Accept", "text/csv"}});
    EXPECT_THAT(last.body, HasSubstr("cancel,\"data, \"\"late\"\"\",r-1,reservation_ended,"));
    EXPECT_THAT(last.body, EndsWith("\"\r\n"));
    EXPECT_FALSE(last.headers.contains("Link"));
}

TEST_F(audit_api, a_form_that_it_cannot_be_had_in_is_406) {
    const auto answer = get("/api/v1/audit", {{"Accept", "text/html"}});
    EXPECT_EQ(answer.status, 406);
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("text/csv"));
}

}  // namespace
}  // namespace berth::test
