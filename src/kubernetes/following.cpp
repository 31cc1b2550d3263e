#include "kubernetes/following.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "kubernetes/names.hpp"
#include "kubernetes/remembered.hpp"
#include "kubernetes/submission.hpp"
#include "kubernetes/token_withdrawal.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;
using Phase = AttemptStatus::Phase;

constexpr milliseconds worth_telling{8'000};
// What takes long without anything being wrong is told too, within a minute of the start.
constexpr milliseconds long_step{20'000};
constexpr milliseconds long_start{45'000};
// Jobs and pods come by watches of their own: the one may be ahead of the other.
constexpr milliseconds until_watches_agree{3'000};
constexpr milliseconds between_looks_around{15'000};
constexpr std::size_t most_neighbourhoods = 16;
constexpr int not_found = 404;

SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}

// Those with GPUs that are not of the attempt itself.
std::vector<PodSight> pods_in(const ApiReply& reply, const AttemptId& but,
                              const std::string& resource) {
    std::vector<PodSight> pods;
    boost::system::error_code error;
    const auto list = boost::json::parse(reply.body, error);
    if (!reply.is_ok() || error || !list.is_object()) return pods;
    const auto* items = list.get_object().if_contains("items");
    if (items == nullptr || !items->is_array()) return pods;
    for (const auto& item : items->get_array()) {
        if (!item.is_object()) continue;
        PodSight pod = pod_sight(item.get_object(), resource);
        if (pod.gpus > 0 && attempt_in(pod.labels) != but) pods.push_back(std::move(pod));
    }
    return pods;
}

std::string keeps_trying(const ClusterAttempt& attempt, const LauncherTools& tools) {
    if (!attempt.stop.empty() || attempt.wish.stop) return {};
    if (attempt.wish.ends_at && gives_up_at(attempt, tools.options) == *attempt.wish.ends_at) {
        return " Berth keeps trying until the end of its time.";
    }
    return fmt::format(" Berth keeps trying, and gives up {} minutes after the start.",
                       tools.options.gives_up_after.count());
}

// Nothing is known to be wrong, but it does not start: which step is it that takes so long?
void tell_step(ClusterAttempt& attempt, const AttemptSight& sight, const LauncherTools& tools) {
    if (attempt.status.phase != Phase::waiting) return;
    const SteadyTime now = steady_now();
    const auto look_in = [&](milliseconds pause) {
        tools.touch_later(attempt.id, pause + milliseconds(10));
    };
    if (!attempt.waiting_since) {
        attempt.waiting_since = now;
        look_in(long_start);
    }
    std::string step = describe_preparing(sight);
    if (step != attempt.step) {
        attempt.step = step;
        attempt.step_since = now;
        look_in(long_step);
    }
    const bool is_long =
        now - attempt.step_since >= long_step || now - *attempt.waiting_since >= long_start;
    std::string& words = attempt.status.waiting_for;
    if (is_long && words.empty()) words = step + keeps_trying(attempt, tools);
}

}  // namespace

std::vector<std::string> nodes_in(const std::string& gpus) {
    std::set<std::string> nodes;
    for (std::size_t begin = 0; begin < gpus.size();) {
        const std::size_t end = std::min(gpus.find(',', begin), gpus.size());
        const std::string gpu = gpus.substr(begin, end - begin);
        nodes.insert(gpu.substr(0, gpu.rfind('/')));
        begin = end + 1;
    }
    return {nodes.begin(), nodes.end()};
}

void explain_late(ClusterAttempt& attempt, const LauncherTools& tools) {
    std::string& words = attempt.status.waiting_for;
    if (attempt.status.phase != Phase::waiting || words.empty()) {
        attempt.troubled_since.reset();
        words.clear();
        return;
    }
    if (!attempt.troubled_since) {
        attempt.troubled_since = steady_now();
        tools.touch_later(attempt.id, worth_telling + milliseconds(10));
    }
    if (steady_now() - *attempt.troubled_since < worth_telling) return words.clear();
    words += keeps_trying(attempt, tools);
}

void Following::advance(ClusterAttempt& attempt) {
    if (!tools_.view->is_current(attempt.namespace_name)) return wait_for_sight(attempt);
    AttemptSight sight = tools_.view->sight_of(attempt.id, attempt.nodes);
    if (sight.job == nullptr) {
        check_job(attempt);
        if (sight.pods.empty() && !attempt.job_is_missing) return;  // nothing is known yet
    } else {
        attempt.jobless_since.reset();
    }
    JobSight gone;
    remember(attempt, tools_.clock.now(), sight, gone);
    for (const auto& [node, pods] : attempt.neighbours) {
        for (const PodSight& pod : pods) sight.neighbours.push_back(&pod);
    }
    judge(attempt, sight);
    if (attempt.is_over) return;
    if (attempt.status.phase == Phase::waiting) {
        const bool has_trouble = !attempt.status.waiting_for.empty();
        has_trouble ? look_around(attempt) : job_sync_.advance(attempt, sight);
    }
    gang_end_.advance(attempt, sight);
    notes_.advance(attempt, sight);
    keep_logs(attempt, sight);
    if (attempt.status.phase == Phase::running) {
        withdraw_token(tools_, attempt);
        devices_.advance(attempt, sight);
    }
    explain_late(attempt, tools_);
    tell_step(attempt, sight, tools_);
}

// Half a sight would look like trouble, and an old one would have it act on what is no more.
void Following::wait_for_sight(ClusterAttempt& attempt) {
    if (attempt.status.phase != Phase::waiting) return;
    attempt.status.waiting_for = tools_.outage();
    explain_late(attempt, tools_);
}

// The watch may be behind, and deciding that it was deleted cannot be taken back.
void Following::check_job(ClusterAttempt& attempt) {
    if (attempt.job_is_missing) return;
    const SteadyTime now = steady_now();
    if (!attempt.jobless_since) {
        attempt.jobless_since = now;
        tools_.touch_later(attempt.id, until_watches_agree + milliseconds(10));
    }
    // The watch tells in a moment of a Job that was just accepted.
    if (now - *attempt.jobless_since < until_watches_agree) return;
    tools_.ask(attempt, "check", {.path = tools_.job_path(attempt)},
               [](ClusterAttempt& asked, const ApiReply& reply) {
                   asked.job_is_missing = reply.status == not_found;
               });
}

// Who else sits on its nodes: asked for only where it helps to explain a start that does not come.
void Following::look_around(ClusterAttempt& attempt) {
    const auto most = std::min(attempt.nodes.size(), most_neighbourhoods);
    for (std::size_t at = 0; at < most; ++at) {
        const std::string& node = attempt.nodes[at];
        tools_.ask(
            attempt, "who is on " + node,
            {.path = "/api/v1/pods?fieldSelector=" +
                     escaped("spec.nodeName=" + node +
                             ",status.phase!=Succeeded,status.phase!=Failed")},
            [this, node](ClusterAttempt& asked, const ApiReply& reply) {
                asked.neighbours[node] = pods_in(reply, asked.id, tools_.options.resource);
            },
            between_looks_around);
    }
}

void Following::judge(ClusterAttempt& attempt, const AttemptSight& sight) {
    AttemptStatus status = assess(attempt.id, sight);
    if (status.phase == Phase::ended) return judge_end(attempt, sight, std::move(status));
    attempt.over_since.reset();
    // It ran: whatever its pods look like now, it does not wait any more.
    const bool was_running = attempt.seen_running.has_value();
    if (was_running) status.phase = Phase::running;
    set_times(attempt, status);
    // Where its pods are taken away while this server is, the next one knows that it does not wait.
    if (!was_running && attempt.seen_running) tools_.record->note(accepted_line(attempt));
    status.gpus = attempt.status.gpus;
    attempt.status = std::move(status);
}

void Following::judge_end(ClusterAttempt& attempt, const AttemptSight& sight,
                          AttemptStatus status) {
    if (!attempt.over_since) attempt.over_since = steady_now();
    const auto expected = static_cast<std::size_t>(std::max(sight.job ? sight.job->pods : 1, 1));
    const bool agree = sight.pods.size() >= expected || attempt.job_is_missing;
    if (!agree && steady_now() - *attempt.over_since < until_watches_agree) {
        return tools_.touch_later(attempt.id, until_watches_agree);
    }
    tools_.logs->conclude(attempt.id, log_sources(sight));
    if (tools_.logs->is_complete(attempt.id)) return conclude(attempt, std::move(status));
    // It is not over before its logs are here, but it does run no more.
    if (status.started_at) attempt.status.phase = Phase::running;
    AttemptStatus ignored = status;
    set_times(attempt, ignored);
    if (attempt.status.phase == Phase::running) attempt.status.started_at = ignored.started_at;
}

void Following::conclude(ClusterAttempt& attempt, AttemptStatus status) {
    set_times(attempt, status);
    status.gpus = attempt.status.gpus;
    attempt.status = std::move(status);
    attempt.is_over = true;
    RecordLine line;
    line.step = RecordedStep::ended;
    line.reservation = attempt.id.reservation;
    line.attempt = attempt.id.number;
    line.namespace_name = attempt.namespace_name;
    line.exit_code = attempt.status.exit_code;
    line.started_at = attempt.status.started_at;
    line.ended_at = attempt.status.ended_at;
    line.detail = attempt.status.detail;
    tools_.record->note(std::move(line));
}

// By the site's clock: a node's may differ a little, and a virtual one has nothing to do with it.
void Following::set_times(ClusterAttempt& attempt, AttemptStatus& status) const {
    const Instant now = tools_.clock.now();
    const auto on_site = [&](std::optional<Instant>& seen, std::optional<Instant> said) {
        if (!seen) seen = said && !tools_.clock.is_virtual() ? std::min(*said, now) : now;
        return seen;
    };
    const bool has_run = status.phase == Phase::running || status.started_at;
    if (has_run) status.started_at = on_site(attempt.seen_running, status.started_at);
    if (status.phase == Phase::ended) {
        status.ended_at = on_site(attempt.seen_ended, status.ended_at);
    }
}

// The first pod's grows as it runs. Where a pod is being deleted, whoever did that, all are fetched
// while they are there.
void Following::keep_logs(ClusterAttempt& attempt, const AttemptSight& sight) {
    if (attempt.over_since) return;
    const std::vector<LogSource> begun = log_sources(sight);
    const bool are_leaving = std::ranges::any_of(sight.pods, [](const PodSight* pod) {
        return pod->deleted_at.has_value() || pod->is_gone;
    });
    if (are_leaving) return tools_.logs->collect(attempt.id, begun);
    for (const LogSource& source : begun) {
        if (source.rank == 0) tools_.logs->follow(attempt.id, source);
    }
}

}  // namespace berth
