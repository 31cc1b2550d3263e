// What a training measured, as its page draws it.
#include "api/curves.hpp"

#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

Progress report(const std::string& body, int attempt = 1, Instant at = monday_ten) {
    return {ReservationId{1}, attempt, at, body};
}

std::string epoch_report(int epoch, double loss) {
    return R"({"event":"epoch","epoch":)" + std::to_string(epoch) +
           R"(,"losses":{"train/box_loss":)" + std::to_string(loss) + "}}";
}

TEST(Curves, losses_metrics_and_plain_numbers_are_values_and_the_progress_itself_is_not) {
    const std::string body =
        R"json({"event":"epoch","epoch":3,"epochs":10,"start_epoch":1,"elapsed_seconds":60.5,)json"
        R"json("epoch_seconds":20.1,"eta_seconds":140,"images":128,"lr":0.01,)json"
        R"json("losses":{"box_loss":1.2,"note":"x"},"metrics":{"metrics/mAP50(B)":0.5}})json";
    const Curves curves = curves_of({report(body)}, {});
    EXPECT_THAT(curves.names, ElementsAre("losses/box_loss", "metrics/mAP50(B)", "lr"));
    ASSERT_THAT(curves.attempts, SizeIs(1));
    ASSERT_THAT(curves.attempts[0].points, SizeIs(1));
    const CurvePoint& point = curves.attempts[0].points[0];
    EXPECT_EQ(point.epoch, 3);
    EXPECT_EQ(point.at, monday_ten);
    EXPECT_THAT(point.values, ElementsAre(Pair("losses/box_loss", 1.2), Pair("lr", 0.01),
                                          Pair("metrics/mAP50(B)", 0.5)));
}

TEST(Curves, an_epoch_reported_twice_keeps_the_last_report) {
    const Curves curves = curves_of(
        {report(epoch_report(1, 3)), report(epoch_report(2, 2)), report(epoch_report(1, 2.5))}, {});
    const auto& points = curves.attempts.at(0).points;
    ASSERT_THAT(points, SizeIs(2));
    EXPECT_EQ(points[0].values.at("train/box_loss"), 2.5);
    EXPECT_EQ(points[1].epoch, 2);
}

// The trainer's last words ("done") name the last epoch again and carry no metrics.
TEST(Curves, a_report_that_measured_nothing_neither_adds_nor_takes_away) {
    const Curves curves =
        curves_of({report(R"({"event":"start","epoch":1,"losses":{},"metrics":{}})"),
                   report(epoch_report(1, 3)), report(R"({"event":"done","epoch":1,"losses":{}})")},
                  {});
    ASSERT_THAT(curves.attempts.at(0).points, SizeIs(1));
    EXPECT_EQ(curves.attempts[0].points[0].values.at("train/box_loss"), 3);
}

TEST(Curves, each_attempt_has_its_own_and_both_may_tell_of_one_epoch) {
    const std::vector<Progress> reports{report(epoch_report(1, 3)), report(epoch_report(2, 2)),
                                        report(epoch_report(2, 1.9), 2)};
    const Curves curves = curves_of(reports, {});
    ASSERT_THAT(curves.attempts, SizeIs(2));
    EXPECT_THAT(curves.attempts[0].points, SizeIs(2));
    EXPECT_EQ(curves.attempts[1].attempt, 2);
    const Curves second = curves_of(reports, {.attempt = 2, .after_epoch = {}});
    ASSERT_THAT(second.attempts, SizeIs(1));
    EXPECT_EQ(second.attempts[0].attempt, 2);
}

TEST(Curves, a_page_that_has_the_first_epochs_asks_for_the_later_ones_only) {
    const Curves curves =
        curves_of({report(epoch_report(1, 3)), report(R"({"loss":1})"), report(epoch_report(2, 2))},
                  {.attempt = {}, .after_epoch = 1});
    ASSERT_THAT(curves.attempts.at(0).points, SizeIs(1));
    EXPECT_EQ(curves.attempts[0].points[0].epoch, 2);
}

TEST(Curves, reports_of_a_command_without_epochs_are_points_in_their_order) {
    const Curves curves =
        curves_of({report(R"({"loss":2})"), report(R"({"loss":1})", 1, monday_ten + 1min)}, {});
    ASSERT_THAT(curves.attempts.at(0).points, SizeIs(2));
    EXPECT_FALSE(curves.attempts[0].points[1].epoch.has_value());
    EXPECT_EQ(curves.attempts[0].points[1].at, monday_ten + 1min);
}

TEST(Curves, a_long_attempt_is_thinned_evenly_and_keeps_its_first_and_last_point) {
    std::vector<Progress> reports;
    for (int epoch = 1; epoch <= 5001; ++epoch) reports.push_back(report(epoch_report(epoch, 1)));
    const Curves curves = curves_of(reports, {});
    const auto& points = curves.attempts.at(0).points;
    EXPECT_EQ(curves.attempts[0].total, 5001U);
    ASSERT_THAT(points, SizeIs(most_points));
    EXPECT_EQ(points.front().epoch, 1);
    EXPECT_EQ(points.back().epoch, 5001);
    for (std::size_t i = 1; i < points.size(); ++i) {
        EXPECT_GE(*points[i].epoch - *points[i - 1].epoch, 2);
        EXPECT_LE(*points[i].epoch - *points[i - 1].epoch, 3);
    }
}

TEST(Curves, one_point_too_many_is_left_out_and_no_other) {
    std::vector<Progress> reports;
    for (int epoch = 1; epoch <= 2001; ++epoch) reports.push_back(report(epoch_report(epoch, 1)));
    const Curves curves = curves_of(reports, {});
    for (const CurvePoint& point : curves.attempts.at(0).points) {
        EXPECT_THAT(point.values, SizeIs(1));
    }
}

TEST(Curves, a_report_full_of_numbers_is_cut) {
    boost::json::object metrics;
    for (int i = 0; i < 1000; ++i) metrics["m" + std::to_string(i)] = i;
    EXPECT_THAT(measured_values({{"metrics", metrics}}), SizeIs(most_values));
}

class curves_api : public ApiSite {
protected:
    Response report(const std::string& body) const {
        return ask("POST", "/api/v1/jobs/self/progress", body,
                   {{"Authorization", "Bearer token-of-r-1.1"}});
    }
};

TEST_F(curves_api, a_running_training_shows_what_it_has_reported) {
    run_job();
    report(R"({"epoch":1,"epochs":3,"metrics":{"metrics/mAP50":0.25}})");
    EXPECT_EQ(get("/api/v1/reservations/r-1/curves").body,
              R"({"names":["metrics/mAP50"],"attempts":[{"attempt":1,"total":1,"points":[)"
              R"({"at":"2026-11-30T04:00:00Z","epoch":1,"values":{"metrics/mAP50":2.5E-1}}]}]})");
}

TEST_F(curves_api, before_the_first_report_there_are_none) {
    run_job();
    EXPECT_EQ(get("/api/v1/reservations/r-1/curves").body, R"({"names":[],"attempts":[]})");
}

TEST_F(curves_api, of_a_reservation_that_never_was_there_are_none) {
    EXPECT_EQ(get("/api/v1/reservations/r-9/curves").status, 404);
    EXPECT_EQ(get("/api/v1/reservations/nine/curves").status, 404);
    run_job();
    EXPECT_EQ(get("/api/v1/reservations/r-1/curves?after_epoch=x").status, 400);
    EXPECT_EQ(get("/api/v1/reservations/r-1/curves?attempt=0").status, 400);
}

TEST_F(curves_api, the_live_stream_carries_the_next_point) {
    run_job();
    const auto stream = get("/api/v1/events").stream;
    while (!stream->next()->empty()) {
    }
    report(R"({"epoch":2,"epochs":3,"losses":{"box":1}})");
    EXPECT_EQ(stream->next().value(),
              "event: progress\ndata: "
              R"({"reservation":"r-1","epoch":2,"epochs":3,"eta_seconds":null,"attempt":1,)"
              R"("at":"2026-11-30T04:00:00Z","values":{"losses/box":1E0}})"
              "\n\n");
}

}  // namespace
}  // namespace berth::test
