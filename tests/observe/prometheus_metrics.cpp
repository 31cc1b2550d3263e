// What Prometheus reads.
#include "observe/prometheus_metrics.hpp"

#include <gmock/gmock.h>

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class prometheus_metrics : public testing::Test {
protected:
    PrometheusMetrics metrics{"1.2.3", parse_rfc3339("2026-11-30T02:00:00Z").value()};
};

TEST_F(prometheus_metrics, requests_are_counted_and_timed_by_their_route) {
    metrics.count(RequestFacts{"/api/v1/fleet", "GET", 200, 2ms});
    metrics.count(RequestFacts{"/api/v1/fleet", "GET", 200, 3s});
    metrics.count(RequestFacts{"/api/v1/fleet", "GET", 500, 2ms});
    const auto text = metrics.text({});
    EXPECT_THAT(text, HasSubstr("berth_http_requests_total{method=\"GET\",route=\"/api/v1/fleet\","
                                "status=\"200\"} 2"));
    EXPECT_THAT(text, HasSubstr("berth_http_requests_total{method=\"GET\",route=\"/api/v1/fleet\","
                                "status=\"500\"} 1"));
    EXPECT_THAT(text, HasSubstr("berth_http_request_duration_seconds_bucket{method=\"GET\","
                                "route=\"/api/v1/fleet\",le=\"0.0025\"} 2"));
    EXPECT_THAT(text, HasSubstr("berth_http_request_duration_seconds_count{method=\"GET\","
                                "route=\"/api/v1/fleet\"} 3"));
}

TEST_F(prometheus_metrics, a_batch_counts_its_commands_and_its_commit) {
    metrics.count(BatchFacts{{{"reserve", "ok"}, {"reserve", "conflict"}}, 1, "committed", 4ms});
    const auto text = metrics.text({});
    EXPECT_THAT(text, HasSubstr("berth_commands_total{command=\"reserve\",outcome=\"ok\"} 1"));
    EXPECT_THAT(text,
                HasSubstr("berth_commands_total{command=\"reserve\",outcome=\"conflict\"} 1"));
    EXPECT_THAT(text, HasSubstr("berth_commits_total{outcome=\"committed\"} 1"));
    EXPECT_THAT(text, HasSubstr("berth_commit_commands_sum 2"));
    EXPECT_THAT(text, HasSubstr("berth_commit_rows_sum 1"));
    EXPECT_THAT(text, HasSubstr("berth_commit_duration_seconds_bucket{le=\"0.005\"} 1"));
}

TEST_F(prometheus_metrics, a_batch_that_wrote_nothing_is_no_commit) {
    metrics.count(BatchFacts{{{"reserve", "conflict"}}, 0, "nothing", 0ms});
    EXPECT_THAT(metrics.text({}), HasSubstr("berth_commit_duration_seconds_count 0"));
    EXPECT_THAT(metrics.text({}), Not(HasSubstr("berth_commits_total{")));
}

TEST_F(prometheus_metrics, the_site_is_shown_as_it_is_now) {
    const auto before = metrics.text({{{"running", 3}}, {{"free", 5}}, 2, 41});
    EXPECT_THAT(before, HasSubstr("berth_reservations{state=\"running\"} 3"));
    const auto after = metrics.text({{{"running", 1}}, {{"free", 7}}, 0, 42});
    EXPECT_THAT(after, HasSubstr("berth_reservations{state=\"running\"} 1"));
    EXPECT_THAT(after, HasSubstr("berth_gpus{state=\"free\"} 7"));
    EXPECT_THAT(after, HasSubstr("berth_stream_listeners 0"));
    EXPECT_THAT(after, HasSubstr("berth_journal_sequence 42"));
    EXPECT_THAT(after, HasSubstr("process_start_time_seconds 1796004000"));
    EXPECT_THAT(after, HasSubstr("berth_build_info{version=\"1.2.3\"} 1"));
}

}  // namespace
}  // namespace berth
