#include "kubernetes/gang_end.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "kubernetes/end_words.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/submission.hpp"
#include "kubernetes/token_withdrawal.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The follower tells the end of every attempt that it knows within moments.
constexpr seconds until_annotation_counts{30};
constexpr milliseconds longest_wait_for_streams{1'000};
constexpr milliseconds longest_telling{5'000};
// After an outage of the API server a kubelet takes so long at most to say that it is well.
constexpr milliseconds until_nodes_say{60'000};
// A pod's time of death has whole seconds, and the machines' clocks differ a little.
constexpr seconds slack{2};
constexpr int not_found = 404;

bool has_begun(const PodSight& pod) {
    return pod.running_since || pod.phase == "Running" || is_over(pod);
}

Instant wall_now() {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

// Of one that ran. A pod never falls back: those that have not begun came in the others' place, and
// without the token they never will.
bool has_lost_its_pods(const AttemptSight& sight) {
    return std::ranges::none_of(sight.pods, [](const PodSight* pod) { return has_begun(*pod); });
}

// As far as is to be seen. A pod that is gone went of it, or takes the others with it anyway.
bool cluster_knows_of_stop(const ClusterAttempt& attempt, const AttemptSight& sight) {
    if (attempt.stop_is_known || (sight.job != nullptr && sight.job->deleted_at)) return true;
    return std::ranges::any_of(sight.pods,
                               [](const PodSight* pod) { return pod->deleted_at || pod->is_gone; });
}

bool is_telling_cluster(const ClusterAttempt& attempt) {
    return std::ranges::any_of(attempt.awaited, [](const std::string& what) {
        return what == "mark" || what == "withdraw token" || what.starts_with("delete ");
    });
}

}  // namespace

std::vector<LogSource> log_sources(const AttemptSight& sight) {
    std::vector<LogSource> sources;
    for (const PodSight* pod : sight.pods) {
        const auto rank = rank_in(pod->labels);
        if (!rank || !has_begun(*pod)) continue;
        sources.push_back({.namespace_name = pod->namespace_name,
                           .pod = pod->name,
                           .node = pod->node,
                           .rank = *rank,
                           .is_over = is_over(*pod)});
    }
    return sources;
}

void GangEnd::advance(ClusterAttempt& attempt, const AttemptSight& sight) {
    if (attempt.status.phase == AttemptStatus::Phase::ended) return;
    if (sight.job != nullptr && !attempt.stop_is_known) {
        const auto marked = sight.job->annotations.find(annotation::stop);
        if (marked != sight.job->annotations.end() && !marked->second.empty()) {
            attempt.stop = marked->second;
            attempt.stop_is_known = true;
        }
    }
    const bool is_in_doubt = end_is_in_doubt(attempt, sight);
    const std::string why = why_to_stop(attempt, sight);
    if (is_in_doubt && why.empty()) return;
    if (attempt.stop.empty()) attempt.stop = why;
    if (!attempt.stop.empty()) stop(attempt, sight);
}

// The owner may extend it after Berth has decided that its time is over, and before any of that has
// reached the cluster: in an outage, or while the server was away. Then it goes on.
bool GangEnd::end_is_in_doubt(ClusterAttempt& attempt, const AttemptSight& sight) {
    if (attempt.stop != stop_words::at_end || cluster_knows_of_stop(attempt, sight)) return false;
    // What has not begun never does without its token.
    const bool is_waiting = attempt.status.phase == AttemptStatus::Phase::waiting;
    if (is_waiting && attempt.token_is_withdrawn) return false;
    const auto end = end_of_time(attempt, sight);
    if (!end) return !follower_is_late(attempt);
    if (tools_.clock.now() >= *end - tools_.options.grace) return false;
    // What was sent may still reach it: nothing more is until that is known.
    if (is_telling_cluster(attempt)) return true;
    take_back(attempt);
    return false;
}

void GangEnd::take_back(ClusterAttempt& attempt) {
    attempt.stop.clear();
    attempt.kill_at.reset();
    attempt.telling_since.reset();
    attempt.logs_since.reset();
    if (std::exchange(attempt.stop_recorded, InRecord::no) != InRecord::no) {
        tools_.record->note(stopping_line(attempt.id, ""));
    }
    tools_.touch(attempt.id);  // it was judged as one that is being stopped
}

// Also finds out when to look again.
std::string GangEnd::why_to_stop(ClusterAttempt& attempt, const AttemptSight& sight) const {
    for (const PodSight* pod : sight.pods) {
        if (std::string lost = lost_node_of(attempt, *pod); !lost.empty()) return lost;
    }
    if (attempt.wish.stop) return stop_words::told;
    const Instant now = tools_.clock.now();
    if (const auto end = end_of_time(attempt, sight)) {
        const Instant stop_at = *end - tools_.options.grace;
        if (now >= stop_at) return stop_words::at_end;
        LauncherTools::wake_at(attempt, stop_at);
    }
    if (should_end(sight)) return stop_words::pod_failed;
    if (attempt.seen_running && has_lost_its_pods(sight)) {
        return "Its pods were deleted before they were over, and not by Berth.";
    }
    if (attempt.status.phase != AttemptStatus::Phase::waiting) return {};
    const Instant give_up = gives_up_at(attempt, tools_.options);
    if (now >= give_up) return given_up_words(attempt, tools_.options, explain_waiting(sight));
    LauncherTools::wake_at(attempt, give_up);
    return {};
}

std::optional<Instant> GangEnd::end_of_time(ClusterAttempt& attempt,
                                            const AttemptSight& sight) const {
    if (attempt.wish.ends_at) return attempt.wish.ends_at;
    if (sight.job == nullptr) return std::nullopt;
    const auto written = sight.job->annotations.find(annotation::ends_at);
    if (written == sight.job->annotations.end()) return std::nullopt;
    const auto end = parse_rfc3339(written->second);
    if (!end) return std::nullopt;
    // It may have been extended while nobody could write that down.
    return follower_is_late(attempt) ? std::optional(*end) : std::nullopt;
}

// It should have told the end by now.
bool GangEnd::follower_is_late(ClusterAttempt& attempt) const {
    const auto now = std::chrono::steady_clock::now();
    const auto [since, is_new] = attempt.asked.try_emplace("end", now);
    if (is_new) tools_.touch_later(attempt.id, until_annotation_counts);
    return now - since->second >= until_annotation_counts;
}

// In words; empty: its node is fine, or may come back.
std::string GangEnd::lost_node_of(ClusterAttempt& attempt, const PodSight& pod) const {
    if (is_over(pod) || pod.node.empty() || !tools_.view->is_complete()) return {};
    const NodeSight* node = tools_.view->node(pod.node);
    if (node == nullptr) {
        return fmt::format("The node {} was lost: the cluster has no such node any more.",
                           pod.node);
    }
    if (node->is_ready || !node->not_ready_since) return {};
    const milliseconds lost_after = tools_.options.node_is_lost_after;
    const auto missing_for = wall_now() - *node->not_ready_since;
    const auto seen_for = std::chrono::floor<milliseconds>(std::chrono::steady_clock::now() -
                                                           tools_.view->sees_nodes_since());
    milliseconds due_in = std::max<milliseconds>(lost_after - missing_for,
                                                 std::min(until_nodes_say, lost_after) - seen_for);
    // Where its fall was seen, a clock that jumps does not make it longer ago.
    if (const auto fell_at = tools_.view->not_ready_since(pod.node)) {
        const auto fallen_for =
            std::chrono::floor<milliseconds>(std::chrono::steady_clock::now() - *fell_at);
        due_in = std::max<milliseconds>(due_in, lost_after - fallen_for);
    }
    if (due_in > milliseconds::zero()) {
        tools_.touch_later(attempt.id, due_in + seconds(1));
        return {};
    }
    return fmt::format("The node {} was lost: it has not been heard of for {} minutes.", pod.node,
                       std::chrono::floor<std::chrono::minutes>(missing_for).count());
}

void GangEnd::stop(ClusterAttempt& attempt, const AttemptSight& sight) {
    const bool some_are_left =
        std::ranges::any_of(sight.pods, [](const PodSight* pod) { return !is_over(*pod); });
    const bool has_job = sight.job != nullptr && !attempt.job_is_missing && !sight.job->deleted_at;
    // A Job without pods could get them any moment: it has to go itself.
    const bool job_has_to_go = has_job && sight.pods.empty();
    if (!some_are_left && !job_has_to_go) return;
    const bool is_told = tell_why(attempt, has_job && !job_has_to_go);
    if (!is_told && may_be_told_yet(attempt)) return;
    // Volcano may be making its pods just now, of a Job that its own cache still has.
    withdraw_token(tools_, attempt);
    if (job_has_to_go) return delete_job(attempt);
    if (logs_may_be_lost(attempt, sight)) return;
    delete_pods(attempt, sight);
}

// A server that starts anew reads why the pods went in the Job's mark, or, where that is gone or
// never was, in this machine's record.
bool GangEnd::tell_why(ClusterAttempt& attempt, bool in_job) {
    record(attempt);
    if (!in_job) return attempt.stop_recorded == InRecord::yes;
    if (!attempt.stop_is_known) mark(attempt);
    return attempt.stop_is_known;
}

// That is no reason to let them run past their end: a webhook of the cluster's may refuse every
// change of a Job for hours, and a disk may be full as long.
bool GangEnd::may_be_told_yet(ClusterAttempt& attempt) {
    const auto now = std::chrono::steady_clock::now();
    if (!attempt.telling_since) {
        attempt.telling_since = now;
        tools_.touch_later(attempt.id, longest_telling + milliseconds(10));
    }
    return now - *attempt.telling_since < longest_telling;
}

void GangEnd::record(ClusterAttempt& attempt) {
    if (attempt.stop_recorded != InRecord::no) return;
    attempt.stop_recorded = InRecord::soon;
    tools_.record->note(stopping_line(attempt.id, attempt.stop),
                        [&tools = tools_, id = attempt.id, why = attempt.stop] {
                            ClusterAttempt* noted = tools.find(id);
                            if (noted == nullptr || noted->stop != why) return;
                            noted->stop_recorded = InRecord::yes;
                            tools.touch(id);
                        });
}

void GangEnd::mark(ClusterAttempt& attempt) {
    const boost::json::object patch{
        {"metadata", {{"annotations", {{annotation::stop, attempt.stop}}}}}};
    tools_.ask(attempt, "mark",
               {.method = "PATCH",
                .path = tools_.job_path(attempt),
                .body = boost::json::serialize(patch),
                .content_type = "application/merge-patch+json",
                .reads_answer = false},
               [](ClusterAttempt& marked, const ApiReply& reply) {
                   if (reply.is_ok() || reply.status == not_found) marked.stop_is_known = true;
               });
}

void GangEnd::delete_job(ClusterAttempt& attempt) {
    tools_.ask(
        attempt, "delete job",
        {.method = "DELETE", .path = tools_.job_path(attempt) + "?propagationPolicy=Background"},
        [](ClusterAttempt&, const ApiReply&) {});
}

// Opens the streams of what has begun, and gives them a moment to be there.
bool GangEnd::logs_may_be_lost(ClusterAttempt& attempt, const AttemptSight& sight) {
    const auto now = std::chrono::steady_clock::now();
    tools_.logs->collect(attempt.id, log_sources(sight));
    if (tools_.logs->is_attached(attempt.id)) return false;
    if (!attempt.logs_since) {
        attempt.logs_since = now;
        tools_.touch_later(attempt.id, longest_wait_for_streams + milliseconds(10));
    }
    return now - *attempt.logs_since < longest_wait_for_streams;
}

void GangEnd::delete_pods(ClusterAttempt& attempt, const AttemptSight& sight) {
    const Instant now = tools_.clock.now();
    const auto end = end_of_time(attempt, sight);
    if (!attempt.kill_at) attempt.kill_at = now + tools_.options.grace;
    if (end) attempt.kill_at = std::min(*attempt.kill_at, *end);
    // Rounded down: never later than that. Not 0, which would not wait for the node's word.
    const auto left = std::max(std::chrono::floor<seconds>(*attempt.kill_at - now), seconds(1));
    if (*attempt.kill_at > now) LauncherTools::wake_at(attempt, *attempt.kill_at);
    for (const PodSight* pod : sight.pods) {
        if (is_over(*pod)) continue;
        if (!lost_node_of(attempt, *pod).empty()) {
            delete_pod(attempt, *pod, 0);
            continue;
        }
        const bool dies_in_time = pod->deleted_at && *pod->deleted_at <= wall_now() + left + slack;
        if (!dies_in_time) delete_pod(attempt, *pod, left.count());
    }
}

void GangEnd::delete_pod(ClusterAttempt& attempt, const PodSight& pod, std::int64_t grace_s) {
    const std::string purpose = fmt::format("delete {} {}", pod.name, grace_s <= 1 ? "now" : "");
    const boost::json::object options{{"kind", "DeleteOptions"},
                                      {"apiVersion", "v1"},
                                      {"gracePeriodSeconds", grace_s},
                                      {"preconditions", {{"uid", pod.uid}}}};
    tools_.ask(attempt, purpose,
               {.method = "DELETE",
                .path = tools_.pods_path(attempt) + "/" + pod.name,
                .body = boost::json::serialize(options)},
               [](ClusterAttempt&, const ApiReply&) {});
}

}  // namespace berth
