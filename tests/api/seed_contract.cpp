// The seed contract (M2), word for word.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class seed_contract : public ApiSite {
protected:
    Response reserve(const std::string& body) const { return ask("POST", "/reserve", body); }
};

constexpr const char* two_gpus =
    R"({"user":"alice","gpus":[0,1],"start":"2026-11-30T20:00:00","duration":4})";

TEST_F(seed_contract, a_free_window_is_confirmed_with_its_gpus_and_time) {
    const auto answer = reserve(two_gpus);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              R"({"message":"Reservation confirmed","resources":[)"
              R"({"gpu":0,"time":"2026-11-30T20:00:00"},{"gpu":1,"time":"2026-11-30T20:00:00"}]})");
}

TEST_F(seed_contract, the_window_is_on_the_sites_wall_clock) {
    reserve(two_gpus);
    const auto answer = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(answer, "/start"), "2026-11-30T12:00:00Z");
    EXPECT_EQ(text_at(answer, "/end"), "2026-11-30T16:00:00Z");
    EXPECT_EQ(text_at(answer, "/owner"), "alice");
    EXPECT_EQ(text_at(answer, "/gpus"), R"(["node1/0","node1/1"])");
}

TEST_F(seed_contract, an_unknown_gpu_is_refused_by_its_number) {
    const auto answer =
        reserve(R"({"user":"alice","gpus":[9],"start":"2026-11-30T20:00:00","duration":4})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"error":"GPU 9 does not exist"})");
}

TEST_F(seed_contract, a_negative_gpu_does_not_exist) {
    const auto answer =
        reserve(R"({"user":"alice","gpus":[-1],"start":"2026-11-30T20:00:00","duration":4})");
    EXPECT_EQ(answer.body, R"({"error":"GPU -1 does not exist"})");
}

TEST_F(seed_contract, a_clash_names_the_gpu_and_the_window_and_suggests_others) {
    reserve(two_gpus);
    const auto answer =
        reserve(R"({"user":"bob","gpus":[0],"start":"2026-11-30T22:00:00","duration":2})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(text_at(answer, "/error"),
              "GPU 0 is busy from 2026-11-30 20:00:00 to 2026-12-01 00:00:00");
    EXPECT_GE(json_of(answer).at("suggestions").as_array().size(), 2U) << answer.body;
}

TEST_F(seed_contract, a_suggestion_sent_back_as_it_came_is_confirmed) {
    reserve(two_gpus);
    const auto refused =
        reserve(R"({"user":"bob","gpus":[0],"start":"2026-11-30T22:00:00","duration":2})");
    ASSERT_EQ(refused.status, 409);
    const auto document = json_of(refused);
    const auto& suggestion = document.at("suggestions").as_array().at(0).as_object();
    boost::json::object again;
    again["user"] = "bob";
    for (const char* name : {"gpus", "start", "duration"}) again[name] = suggestion.at(name);
    const auto answer = reserve(boost::json::serialize(again));
    EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(seed_contract, a_start_off_the_grid_is_refused_with_windows_on_it) {
    const auto answer =
        reserve(R"({"user":"alice","gpus":[0],"start":"2026-11-30T21:00:00","duration":2})");
    EXPECT_EQ(answer.status, 400);
    const auto document = json_of(answer);
    EXPECT_FALSE(document.at("error").as_string().empty());
    EXPECT_EQ(document.at("suggestions").as_array().at(0).at("start"), "2026-11-30T20:00:00")
        << answer.body;
}

TEST_F(seed_contract, gpu_0_for_one_slot_is_the_default) {
    const auto answer = reserve(R"({"user":"alice","start":"2026-11-30T20:00:00"})");
    EXPECT_EQ(answer.body, R"({"message":"Reservation confirmed","resources":[)"
                           R"({"gpu":0,"time":"2026-11-30T20:00:00"}]})");
    EXPECT_EQ(text_at(get("/status"), "/0/0/end"), "2026-11-30T22:00:00");
}

TEST_F(seed_contract, status_lists_every_gpu_with_its_live_bookings_by_time) {
    reserve(R"({"user":"bob","gpus":[1],"start":"2026-12-01T20:00:00","duration":2})");
    reserve(two_gpus);
    const auto answer = get("/status");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              R"({"0":[)"
              R"({"user":"alice","start":"2026-11-30T20:00:00","end":"2026-12-01T00:00:00"}],)"
              R"("1":[{"user":"alice","start":"2026-11-30T20:00:00","end":"2026-12-01T00:00:00"},)"
              R"({"user":"bob","start":"2026-12-01T20:00:00","end":"2026-12-01T22:00:00"}],)"
              R"("2":[],"3":[]})");
}

TEST_F(seed_contract, what_was_cancelled_is_not_in_the_status) {
    reserve(two_gpus);
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(get("/status").body, R"({"0":[],"1":[],"2":[],"3":[]})");
}

TEST_F(seed_contract, bad_input_is_answered_400_with_a_sentence) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "empty"},
        {"{", "ends too early"},
        {R"({"start":"2026-11-30T20:00:00"})", "\"user\" is missing"},
        {R"({"user":"alice"})", "\"start\" is missing"},
        {R"({"user":"alice","start":"tomorrow"})", "write it like 2026-11-30T20:00:00"},
        {R"({"user":"alice","start":"2026-02-30T20:00:00"})", "is not a time"},
        {R"({"user":"alice","start":"2026-11-30T20:00:00","gpus":[]})", "at least one GPU"},
        {R"({"user":"alice","start":"2026-11-30T20:00:00","gpus":"0"})", "must be a list"},
        {R"({"user":"alice","start":"2026-11-30T20:00:00","duraton":4})", "\"duration\"?"},
        {R"({"user":"berth","start":"2026-11-30T20:00:00"})", "the system itself"},
        {R"({"user":"alice","start":"2026-11-30T20:00:00","duration":-4})", ""},
    };
    for (const auto& [body, words] : cases) {
        const auto answer = reserve(body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_THAT(text_at(answer, "/error"), HasSubstr(words)) << body;
    }
}

TEST_F(seed_contract, a_full_disk_is_told_and_nothing_is_booked) {
    journal.next_outcomes = {CommitOutcome::disk_full};
    const auto answer = reserve(two_gpus);
    EXPECT_EQ(answer.status, 507);
    EXPECT_THAT(text_at(answer, "/error"), HasSubstr("disk is full"));
    EXPECT_EQ(get("/status").body, R"({"0":[],"1":[],"2":[],"3":[]})");
}

}  // namespace
}  // namespace berth::test
