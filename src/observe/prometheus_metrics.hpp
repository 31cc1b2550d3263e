// The server's metrics as Prometheus reads them. Any thread may call.
//
//     PrometheusMetrics metrics(version, started);
//     metrics.count(RequestFacts{"/api/v1/fleet", "GET", 200, 2ms});
//     metrics.text(site);
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <mutex>
#include <string>

#include "engine/metrics_port.hpp"
#include "time/instant.hpp"

namespace berth {

class PrometheusMetrics : public MetricsPort {
public:
    PrometheusMetrics(const std::string& version, Instant started);

    void count(const RequestFacts& request) override;
    void count(const BatchFacts& batch) override;
    [[nodiscard]] std::string text(const SiteFacts& site) override;

private:
    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& requests_;
    prometheus::Family<prometheus::Histogram>& request_seconds_;
    prometheus::Family<prometheus::Counter>& commands_;
    prometheus::Family<prometheus::Counter>& commits_;
    prometheus::Histogram& batch_commands_;
    prometheus::Histogram& batch_rows_;
    prometheus::Histogram& commit_seconds_;
    prometheus::Family<prometheus::Gauge>& reservations_;
    prometheus::Family<prometheus::Gauge>& gpus_;
    prometheus::Gauge& listeners_;
    prometheus::Gauge& sequence_;
    std::mutex text_mutex_;  // one reader at a time sets the gauges and reads them
};

}  // namespace berth
