// What every part of the cluster launcher works with. All on the client's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "engine/clock_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/attempt_logs.hpp"
#include "kubernetes/cluster_attempt.hpp"
#include "kubernetes/cluster_view.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/record_writer.hpp"

namespace berth {

struct LauncherTools {
    ApiClient& client;
    ClockPort& clock;
    KubernetesOptions options;
    std::function<void(const std::string&)> report;
    // Looks at the attempt again soon, or after a pause of real time.
    std::function<void(const AttemptId&)> touch;
    std::function<void(const AttemptId&, std::chrono::milliseconds)> touch_later;
    // Null: it is not known (any more).
    std::function<ClusterAttempt*(const AttemptId&)> find;
    std::weak_ptr<void> alive;  // whoever owns all this
    std::unique_ptr<ClusterView> view = {};
    std::shared_ptr<AttemptLogs> logs = {};
    std::unique_ptr<RecordWriter> record = {};

    // The answer goes to the attempt, if it is still known then, and it is looked at again.
    void send(const AttemptId& id, ApiRequest request,
              std::function<void(ClusterAttempt&, const ApiReply&)> done) const;
    // True at most once in so long for this attempt and that purpose: asking again before the
    // watch has shown what came of it would be of no use. Then it is looked at again.
    bool may_ask(ClusterAttempt& attempt, const std::string& what,
                 std::chrono::milliseconds again_after = std::chrono::milliseconds(2'000)) const;
    // Both: sends what may be asked now, and nothing while an earlier answer is still awaited.
    void ask(ClusterAttempt& attempt, const std::string& what, ApiRequest request,
             std::function<void(ClusterAttempt&, const ApiReply&)> done,
             std::chrono::milliseconds again_after = std::chrono::milliseconds(2'000)) const;
    // Why the cluster is out of sight, for owners; empty: it is not, or nothing is known yet.
    [[nodiscard]] std::string outage() const;
    // The attempt is to be looked at again at that time of the site's.
    static void wake_at(ClusterAttempt& attempt, Instant when);

    [[nodiscard]] std::string jobs_path(const ClusterAttempt& attempt) const;
    [[nodiscard]] std::string job_path(const ClusterAttempt& attempt) const;
    [[nodiscard]] std::string pods_path(const ClusterAttempt& attempt) const;
    [[nodiscard]] std::string secrets_path(const ClusterAttempt& attempt) const;
    [[nodiscard]] std::string claims_path(const ClusterAttempt& attempt) const;
};

}  // namespace berth
