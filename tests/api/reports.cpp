// GET /api/v1/reports/…, without sockets.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class reports_api : public ApiSite {
protected:
    // alice's job runs on node1/0 from 12:00, which is booked until 16:00; it is 14:00.
    void run_until_two() {
        run_job();
        move_to(monday_ten + 4h);
    }
    [[nodiscard]] static double number_at(const Response& response, const std::string& pointer) {
        return json_of(response).at_pointer(pointer).to_number<double>();
    }
    // alice has booked node1/0 for the evening and bob waits for it, both since 10:00.
    void wait_for_the_evening() const {
        const std::string evening =
            R"("gpus":{"ids":["node1/0"]},"start":"2026-11-30T12:00:00Z","hours":4)";
        as_alice("/api/v1/reservations", R"({"team":"vision",)" + evening + "}");
        const auto answer = as("bob", "POST", "/api/v1/reservations",
                               R"({"team":"speech","on_conflict":"wait",)" + evening + "}");
        ASSERT_EQ(text_at(answer, "/state"), "waitlisted") << answer.body;
    }
};

const std::string this_week = "from=2026-11-29T16:00:00Z&to=2026-12-06T16:00:00Z";

TEST_F(reports_api, the_heat_map_shows_what_was_booked_and_used_in_each_hour_of_the_week) {
    run_until_two();
    const auto answer = get("/api/v1/reports/heatmap?" + this_week);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/zone"), "Asia/Shanghai");
    EXPECT_EQ(text_at(answer, "/by"), "node");
    EXPECT_EQ(text_at(answer, "/from"), "2026-11-29T16:00:00Z");
    EXPECT_EQ(text_at(answer, "/rows/0/name"), "node1");
    EXPECT_EQ(text_at(answer, "/rows/0/gpus"), "2");
    EXPECT_EQ(json_of(answer).at_pointer("/rows/0/booked").as_array().size(), 168U);
    EXPECT_EQ(text_at(answer, "/rows/0/booked/9"), "null");  // no GPUs were declared yet
    EXPECT_EQ(number_at(answer, "/rows/0/booked/11"), 0);
    EXPECT_EQ(number_at(answer, "/rows/0/booked/12"), 0.5);
    EXPECT_EQ(number_at(answer, "/rows/0/booked/15"), 0.5);
    EXPECT_EQ(number_at(answer, "/rows/0/booked/16"), 0);
    EXPECT_EQ(number_at(answer, "/rows/0/used/13"), 0.5);
    EXPECT_EQ(text_at(answer, "/rows/0/used/14"), "null");  // not yet
    EXPECT_EQ(number_at(answer, "/total/booked/12"), 0.25);
    EXPECT_EQ(text_at(answer, "/weeks/0/from"), "2026-11-29T16:00:00Z");
    EXPECT_EQ(text_at(answer, "/advice/0/model"), "A100");
    EXPECT_EQ(text_at(answer, "/advice/0/kind"), "enough");
    EXPECT_THAT(text_at(answer, "/advice/0/text/zh"), StartsWith("A100："));
}

TEST_F(reports_api, the_rows_are_teams_or_models_where_that_is_asked) {
    run_until_two();
    const auto models = get("/api/v1/reports/heatmap?by=model&" + this_week);
    EXPECT_EQ(text_at(models, "/rows/0/name"), "A100");
    EXPECT_EQ(number_at(models, "/rows/0/booked/12"), 0.25);
    const auto teams = get("/api/v1/reports/heatmap?by=team&" + this_week);
    EXPECT_EQ(number_at(teams, "/rows/0/booked/12"), 0.25);
}

TEST_F(reports_api, without_a_period_it_is_four_whole_weeks_and_this_one_up_to_now) {
    const auto answer = get("/api/v1/reports/heatmap");
    EXPECT_EQ(text_at(answer, "/from"), "2026-11-01T16:00:00Z");
    EXPECT_EQ(text_at(answer, "/to"), "2026-11-30T02:00:00Z");
    EXPECT_EQ(json_of(answer).at("weeks").as_array().size(), 5U);
}

TEST_F(reports_api, a_gpu_that_goes_down_is_not_there_to_be_booked) {
    move_to(monday_ten + 2h);
    submit("berth", ReportHealth{{"node1/0", "node1/1"}, Health::down});
    move_to(monday_ten + 4h);
    const auto answer = get("/api/v1/reports/heatmap?" + this_week);
    EXPECT_EQ(number_at(answer, "/rows/0/booked/11"), 0);
    EXPECT_EQ(text_at(answer, "/rows/0/booked/12"), "null");
}

TEST_F(reports_api, the_summary_counts_by_team_person_and_week) {
    run_until_two();
    const auto answer = get("/api/v1/reports/summary?" + this_week);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(number_at(answer, "/total/reservations"), 1);
    EXPECT_EQ(number_at(answer, "/total/booked_gpu_hours"), 4);
    EXPECT_EQ(number_at(answer, "/total/used_gpu_hours"), 2);
    EXPECT_EQ(number_at(answer, "/total/utilisation"), 1);
    EXPECT_EQ(text_at(answer, "/total/median_wait_hours"), "null");
    EXPECT_EQ(text_at(answer, "/people/0/name"), "alice");
    EXPECT_EQ(number_at(answer, "/people/0/used_gpu_hours"), 2);
    EXPECT_EQ(number_at(answer, "/teams/0/reservations"), 1);
    EXPECT_EQ(text_at(answer, "/weeks/0/from"), "2026-11-29T16:00:00Z");
    EXPECT_EQ(number_at(answer, "/weeks/0/reservations"), 1);
}

TEST_F(reports_api, a_wish_waited_until_its_window_was_booked) {
    wait_for_the_evening();
    move_to(monday_ten + 5h);
    as_alice("/api/v1/reservations/r-1/cancel", R"({"reason":"wrong data"})");
    move_to(monday_ten + 6h);
    const auto waits = get("/api/v1/reports/summary?" + this_week);
    EXPECT_EQ(number_at(waits, "/total/wishes"), 1);
    EXPECT_EQ(number_at(waits, "/total/cancelled"), 1);
    EXPECT_EQ(number_at(waits, "/total/cancelled_late"), 0);
    EXPECT_EQ(text_at(waits, "/people/1/name"), "bob");
    EXPECT_EQ(number_at(waits, "/people/1/median_wait_hours"), 5);
    const auto advice = get("/api/v1/reports/heatmap?" + this_week);
    EXPECT_EQ(text_at(advice, "/advice/0/kind"), "spread");
    EXPECT_EQ(number_at(advice, "/advice/0/wishes"), 1);
    EXPECT_EQ(number_at(advice, "/advice/0/wished_gpu_hours"), 4);
}

TEST_F(reports_api, a_wish_that_was_cancelled_was_given_up) {
    wait_for_the_evening();
    move_to(monday_ten + 3h);
    as("bob", "POST", "/api/v1/reservations/r-2/cancel", R"({"reason":"too late"})");
    move_to(monday_ten + 4h);
    const auto answer = get("/api/v1/reports/summary?" + this_week);
    EXPECT_EQ(number_at(answer, "/people/1/wishes_given_up"), 1);
    EXPECT_EQ(number_at(answer, "/people/1/median_wait_hours"), 3);
    EXPECT_EQ(number_at(answer, "/total/cancelled"), 0);
}

TEST_F(reports_api, each_is_had_as_one_table) {
    run_until_two();
    const Headers csv{{"Accept", "text/csv"}};
    const auto map = get("/api/v1/reports/heatmap?" + this_week, csv);
    EXPECT_THAT(map.headers.at("Content-Type"), StartsWith("text/csv"));
    EXPECT_THAT(map.body, StartsWith("node,day,hour,booked,used\r\nnode1,Mon,0,,\r\n"));
    EXPECT_THAT(map.body, HasSubstr("\r\nnode1,Mon,13,0.5,0.5\r\nnode1,Mon,14,0.5,\r\n"));
    EXPECT_THAT(map.body, HasSubstr("\r\n,Mon,13,0.25,0.25\r\n"));
    const auto summary = get("/api/v1/reports/summary?" + this_week, csv);
    EXPECT_THAT(summary.body,
                StartsWith("about,name,team,from,reservations,queue_jobs,booked_gpu_hours,"));
    EXPECT_THAT(summary.body, HasSubstr("\r\ntotal,,,,1,0,4,2,0,1,"));
    EXPECT_THAT(summary.body, HasSubstr("\r\nperson,alice,"));
    EXPECT_THAT(summary.body, HasSubstr("\r\nweek,,,2026-11-29T16:00:00Z,1,0,4,"));
    EXPECT_EQ(get("/api/v1/reports/summary", {{"Accept", "image/png"}}).status, 406);
}

TEST_F(reports_api, a_period_that_cannot_be_is_refused_with_a_sentence) {
    const auto refused = [&](const std::string& query) {
        const auto answer = get("/api/v1/reports/heatmap?" + query);
        EXPECT_EQ(answer.status, 400) << query;
        return text_at(answer, "/field") + ": " + text_at(answer, "/detail");
    };
    EXPECT_THAT(refused("from=x"), StartsWith("from: "));
    EXPECT_THAT(refused("by=rack"), HasSubstr("node, team"));
    EXPECT_THAT(refused("from=2026-11-30T00:00:00Z&to=2026-11-29T00:00:00Z"),
                HasSubstr("must be earlier"));
    EXPECT_THAT(refused("from=2027-11-30T00:00:00Z"), HasSubstr("lies in the future"));
    EXPECT_THAT(refused("from=2024-11-30T00:00:00Z"), HasSubstr("366 days at most"));
    EXPECT_EQ(get("/api/v1/reports/summary?from=2024-11-30T00:00:00Z").status, 400);
}

}  // namespace
}  // namespace berth::test
