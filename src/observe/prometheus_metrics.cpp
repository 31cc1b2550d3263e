#include "observe/prometheus_metrics.hpp"

#include <prometheus/text_serializer.h>

namespace berth {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

// Most answers take well under a millisecond; a commit waits for the disk.
const Histogram::BucketBoundaries& second_buckets() {
    static const Histogram::BucketBoundaries buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                        0.05,   0.1,   0.25,   0.5,   1,    5};
    return buckets;
}

const Histogram::BucketBoundaries& size_buckets() {
    static const Histogram::BucketBoundaries buckets = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    return buckets;
}

}  // namespace

PrometheusMetrics::PrometheusMetrics(const std::string& version, Instant started)
    : requests_(BuildCounter()
                    .Name("berth_http_requests_total")
                    .Help("Answered requests, by the route's pattern")
                    .Register(registry_)),
      request_seconds_(BuildHistogram()
                           .Name("berth_http_request_duration_seconds")
                           .Help("From a request to its answer")
                           .Register(registry_)),
      commands_(BuildCounter()
                    .Name("berth_commands_total")
                    .Help("Commands that were decided, by what became of them")
                    .Register(registry_)),
      commits_(BuildCounter()
                   .Name("berth_commits_total")
                   .Help("Commits to the journal, by their outcome")
                   .Register(registry_)),
      batch_commands_(BuildHistogram()
                          .Name("berth_commit_commands")
                          .Help("Commands that shared one commit")
                          .Register(registry_)
                          .Add({}, size_buckets())),
      batch_rows_(BuildHistogram()
                      .Name("berth_commit_rows")
                      .Help("Rows that one commit wrote")
                      .Register(registry_)
                      .Add({}, size_buckets())),
      commit_seconds_(BuildHistogram()
                          .Name("berth_commit_duration_seconds")
                          .Help("What one commit took")
                          .Register(registry_)
                          .Add({}, second_buckets())),
      reservations_(BuildGauge()
                        .Name("berth_reservations")
                        .Help("Reservations by state; ended ones as long as the engine keeps them")
                        .Register(registry_)),
      gpus_(BuildGauge()
                .Name("berth_gpus")
                .Help("GPUs by what they are now: free, held, down or gone")
                .Register(registry_)),
      listeners_(BuildGauge()
                     .Name("berth_stream_listeners")
                     .Help("Connections that follow the live stream")
                     .Register(registry_)
                     .Add({})),
      sequence_(BuildGauge()
                    .Name("berth_journal_sequence")
                    .Help("The number of the last committed row")
                    .Register(registry_)
                    .Add({})) {
    BuildGauge()
        .Name("berth_build_info")
        .Help("Always 1; its label is what matters")
        .Register(registry_)
        .Add({{"version", version}})
        .Set(1);
    BuildGauge()
        .Name("process_start_time_seconds")
        .Help("When the server started, in seconds since 1970")
        .Register(registry_)
        .Add({})
        .Set(static_cast<double>(started.time_since_epoch().count()) / 1000.0);
}

void PrometheusMetrics::count(const RequestFacts& request) {
    const std::string route(request.route);
    const std::string method(request.method);
    requests_
        .Add({{"route", route}, {"method", method}, {"status", std::to_string(request.status)}})
        .Increment();
    request_seconds_.Add({{"route", route}, {"method", method}}, second_buckets())
        .Observe(request.took.count());
}

void PrometheusMetrics::count(const BatchFacts& batch) {
    for (const auto& [command, outcome] : batch.commands) {
        commands_.Add({{"command", command}, {"outcome", outcome}}).Increment();
    }
    if (batch.rows == 0) return;
    commits_.Add({{"outcome", batch.outcome}}).Increment();
    batch_commands_.Observe(static_cast<double>(batch.commands.size()));
    batch_rows_.Observe(static_cast<double>(batch.rows));
    commit_seconds_.Observe(batch.took.count());
}

std::string PrometheusMetrics::text(const SiteFacts& site) {
    const std::lock_guard lock(text_mutex_);
    for (const auto& [state, number] : site.reservations) {
        reservations_.Add({{"state", state}}).Set(static_cast<double>(number));
    }
    for (const auto& [state, number] : site.gpus) {
        gpus_.Add({{"state", state}}).Set(static_cast<double>(number));
    }
    listeners_.Set(static_cast<double>(site.listeners));
    sequence_.Set(static_cast<double>(site.sequence));
    return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace berth
