// Brings an ordered attempt into the cluster: its Secret, its device claims, then its Job, each of
// which may be there already. What the API server refuses is tried again until the attempt is given
// up; what it accepted is written down and never submitted again.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "kubernetes/launcher_tools.hpp"
#include "kubernetes/pod_plan.hpp"

namespace berth {

class Submission {
public:
    // `is_blocked`: pods of an earlier attempt may still use its work folder.
    Submission(LauncherTools& tools, std::function<bool(const ClusterAttempt&)> is_blocked);

    // Precondition: it is ordered and not accepted yet.
    void advance(ClusterAttempt& attempt);
    // Its Secret alone, which may be there already; `then` comes with the answer.
    void make_secret(ClusterAttempt& attempt, const AttemptOrder& order,
                     std::function<void(ClusterAttempt&, const ApiReply&)> then);
    void accept(ClusterAttempt& attempt);

private:
    void begin(ClusterAttempt& attempt);
    void claim_devices(ClusterAttempt& attempt);
    void post_job(ClusterAttempt& attempt);
    void took_job(ClusterAttempt& attempt, const ApiReply& reply);
    void adopt_existing(ClusterAttempt& attempt);
    void refused(ClusterAttempt& attempt, const ApiReply& reply);
    void end_unstarted(ClusterAttempt& attempt, const std::string& why);
    void explain(ClusterAttempt& attempt);
    void leave_slot();
    [[nodiscard]] std::string why_not_any_more(const ClusterAttempt& attempt) const;

    LauncherTools& tools_;
    std::function<bool(const ClusterAttempt&)> is_blocked_;
    // So many at once: a stop must not wait behind a thousand starts.
    std::size_t under_way_ = 0;
    std::deque<AttemptId> queue_;
};

// With when it began to run, once it has.
RecordLine accepted_line(const ClusterAttempt& attempt);

// When it is given up whatever its trouble: `gives_up_after` after it was ordered, or at its end.
Instant gives_up_at(const ClusterAttempt& attempt, const KubernetesOptions& options);
std::string given_up_words(const ClusterAttempt& attempt, const KubernetesOptions& options,
                           const std::string& trouble);

}  // namespace berth
