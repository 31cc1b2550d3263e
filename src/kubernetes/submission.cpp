#include "kubernetes/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "kubernetes/claim_submission.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/objects.hpp"
#include "kubernetes/written_ahead.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_under_way = 96;
constexpr milliseconds while_blocked{500};
constexpr milliseconds first_pause{500};
constexpr milliseconds longest_pause{30'000};
// A request to a server that is away has tried for a while by itself.
constexpr milliseconds pause_when_away{1'000};
constexpr int conflict = 409;
constexpr int not_found = 404;
constexpr int server_errors = 500;

bool is_there(const ApiReply& reply) {
    return reply.is_ok() || (reply.status == conflict && reply.reason() == "AlreadyExists");
}

bool claims_devices(const KubernetesOptions& options) {
    return options.devices == KubernetesOptions::Devices::claimed;
}

std::string minutes_text(std::chrono::minutes minutes) {
    return minutes == std::chrono::minutes(1) ? "1 minute"
                                              : fmt::format("{} minutes", minutes.count());
}

}  // namespace

Instant gives_up_at(const ClusterAttempt& attempt, const KubernetesOptions& options) {
    const Instant by_rule = attempt.wish.ordered_at + options.gives_up_after;
    return attempt.wish.ends_at ? std::min(by_rule, *attempt.wish.ends_at) : by_rule;
}

std::string given_up_words(const ClusterAttempt& attempt, const KubernetesOptions& options,
                           const std::string& trouble) {
    const bool at_end = attempt.wish.ends_at &&
                        *attempt.wish.ends_at < attempt.wish.ordered_at + options.gives_up_after;
    const std::string when =
        at_end ? "by the end of its time" : "within " + minutes_text(options.gives_up_after);
    return fmt::format("Given up: it did not run {}.{}{}", when, trouble.empty() ? "" : " ",
                       trouble);
}

RecordLine accepted_line(const ClusterAttempt& attempt) {
    return {.step = RecordedStep::accepted,
            .reservation = attempt.id.reservation,
            .attempt = attempt.id.number,
            .namespace_name = attempt.namespace_name,
            .job_uid = attempt.job ? attempt.job->uid : std::string(),
            .work_folder = attempt.work_folder,
            .ordered_at = attempt.wish.ordered_at,
            .ends_at = attempt.wish.ends_at,
            .exit_code = {},
            .started_at = attempt.seen_running,
            .ended_at = {},
            .detail = {}};
}

Submission::Submission(LauncherTools& tools, std::function<bool(const ClusterAttempt&)> is_blocked)
    : tools_(tools), is_blocked_(std::move(is_blocked)) {}

void Submission::advance(ClusterAttempt& attempt) {
    attempt.status.phase = AttemptStatus::Phase::waiting;
    explain(attempt);
    if (attempt.is_under_way) return;
    const Instant give_up = gives_up_at(attempt, tools_.options);
    LauncherTools::wake_at(attempt, give_up);
    // Another server of this site may have started it: only the cluster knows.
    if (!tools_.view->is_current(attempt.namespace_name)) return;
    if (const std::string why = why_not_any_more(attempt); !why.empty()) {
        return end_unstarted(attempt, why);
    }
    if (std::chrono::steady_clock::now() < attempt.next_try) return;
    if (is_blocked_(attempt)) {
        attempt.status.waiting_for = "Pods of an earlier attempt at this work have not ended yet.";
        return tools_.touch_later(attempt.id, while_blocked);
    }
    if (!attempt.has_secret && !is_written_down(attempt, tools_)) {
        attempt.status.waiting_for =
            "Berth has not been able to write down yet that it starts this: its own disk may be "
            "full, which is for its operator.";
        return;
    }
    if (under_way_ < most_under_way) return begin(attempt);
    if (std::ranges::find(queue_, attempt.id) == queue_.end()) queue_.push_back(attempt.id);
}

std::string Submission::why_not_any_more(const ClusterAttempt& attempt) const {
    if (attempt.wish.stop) return "It was told to stop before it had begun.";
    if (tools_.clock.now() < gives_up_at(attempt, tools_.options)) return {};
    return given_up_words(attempt, tools_.options, attempt.status.waiting_for);
}

void Submission::explain(ClusterAttempt& attempt) {
    std::string& words = attempt.status.waiting_for;
    words = attempt.refusal;
    if (!words.empty() || tools_.view->is_current(attempt.namespace_name)) return;
    words = tools_.outage();
}

void Submission::begin(ClusterAttempt& attempt) {
    const AttemptOrder& order = *attempt.wish.order;
    if (!image_of(order.workload, tools_.options)) {
        return end_unstarted(attempt,
                             "It names no container image, and the site has none for such jobs. "
                             "Book it again with an image.");
    }
    const auto pods = plan_pods(order.workload, order.gpus, order.nodes);
    if (!pods) return end_unstarted(attempt, pods.error());
    attempt.is_under_way = true;
    ++under_way_;
    if (attempt.has_secret) return claim_devices(attempt);
    make_secret(attempt, order, [this](ClusterAttempt& made, const ApiReply& reply) {
        if (made.is_accepted) return leave_slot();  // seen in the cluster meanwhile
        if (!made.has_secret) return refused(made, reply);
        claim_devices(made);
    });
}

void Submission::claim_devices(ClusterAttempt& attempt) {
    if (!claims_devices(tools_.options)) return post_job(attempt);
    const AttemptOrder& order = *attempt.wish.order;
    make_claims(tools_, attempt, plan_pods(order.workload, order.gpus, order.nodes).value(),
                [this](ClusterAttempt& made, const ApiReply& reply) {
                    if (made.is_accepted) return leave_slot();
                    if (!reply.is_ok()) return refused(made, reply);
                    post_job(made);
                });
}

void Submission::make_secret(ClusterAttempt& attempt, const AttemptOrder& order,
                             std::function<void(ClusterAttempt&, const ApiReply&)> then) {
    tools_.send(attempt.id,
                {.method = "POST",
                 .path = tools_.secrets_path(attempt),
                 .body = token_secret(order, tools_.options),
                 .reads_answer = false},
                [then = std::move(then)](ClusterAttempt& made, const ApiReply& reply) {
                    made.has_secret = is_there(reply);
                    then(made, reply);
                });
}

// The body is made when it is sent: a thousand that wait for their turn take no memory.
void Submission::post_job(ClusterAttempt& attempt) {
    const AttemptOrder& order = *attempt.wish.order;
    const auto pods = plan_pods(order.workload, order.gpus, order.nodes).value();
    NodeAddresses addresses;
    for (const PlannedPod& pod : pods) {
        const NodeSight* node = tools_.view->node(pod.node);
        if (node != nullptr) addresses[pod.node] = node->address;
    }
    // A Volcano that knows no claims of this kind would leave them out and start pods without GPUs.
    const std::string strictly = claims_devices(tools_.options) ? "?fieldValidation=Strict" : "";
    tools_.send(attempt.id,
                {.method = "POST",
                 .path = tools_.jobs_path(attempt) + strictly,
                 .body = job_object(order, pods, addresses, tools_.options),
                 .reads_answer = false},
                [this](ClusterAttempt& sent, const ApiReply& reply) { took_job(sent, reply); });
}

void Submission::took_job(ClusterAttempt& attempt, const ApiReply& reply) {
    if (reply.is_ok()) {
        accept(attempt);
        return leave_slot();
    }
    if (is_there(reply)) return adopt_existing(attempt);
    refused(attempt, reply);
}

// An answer that was lost on the way, or somebody else's Job of that name.
void Submission::adopt_existing(ClusterAttempt& attempt) {
    tools_.send(attempt.id, {.path = tools_.job_path(attempt)},
                [this](ClusterAttempt& asked, const ApiReply& reply) {
                    if (reply.status != not_found && !reply.is_ok()) return refused(asked, reply);
                    boost::system::error_code error;
                    const auto value = boost::json::parse(reply.body, error);
                    const bool is_read = reply.is_ok() && !error && value.is_object();
                    if (is_read && attempt_in(job_sight(value.get_object()).labels) != asked.id) {
                        ApiReply taken{.status = conflict, .body = {}, .trouble = {}};
                        taken.trouble = fmt::format("Somebody else's Job has the name {} already.",
                                                    job_name(tools_.options.site, asked.id));
                        return refused(asked, taken);
                    }
                    // Gone since: but it was accepted once.
                    accept(asked);
                    leave_slot();
                });
}

void Submission::accept(ClusterAttempt& attempt) {
    attempt.is_accepted = true;
    attempt.is_under_way = false;
    attempt.refusal.clear();
    if (attempt.is_recorded) return;
    attempt.is_recorded = true;
    tools_.record->note(accepted_line(attempt));
}

void Submission::refused(ClusterAttempt& attempt, const ApiReply& reply) {
    attempt.is_under_way = false;
    const bool is_away = reply.status == 0 || reply.status >= server_errors;
    attempt.refusal = reply.status == 0 ? "Berth cannot reach the cluster: " + reply.message()
                                        : explain_refusal(reply.message());
    // A server that comes back may refuse at first what it takes a moment later: how long it was
    // away is no reason to ask it seldom then.
    attempt.refusals = is_away ? 0 : attempt.refusals + 1;
    const int doublings = std::clamp(attempt.refusals - 1, 0, 6);
    const auto pause =
        is_away ? pause_when_away : std::min(longest_pause, first_pause * (1 << doublings));
    attempt.next_try = std::chrono::steady_clock::now() + pause;
    tools_.touch_later(attempt.id, pause + milliseconds(10));
    leave_slot();
}

void Submission::leave_slot() {
    --under_way_;
    while (!queue_.empty()) {
        const AttemptId next = queue_.front();
        queue_.pop_front();
        const ClusterAttempt* waiting = tools_.find(next);
        if (waiting == nullptr || waiting->is_accepted || waiting->is_over) continue;
        return tools_.touch(next);
    }
}

// Nothing of it is in the cluster but what was prepared, and that goes when it is forgotten.
void Submission::end_unstarted(ClusterAttempt& attempt, const std::string& why) {
    attempt.status.phase = AttemptStatus::Phase::ended;
    attempt.status.waiting_for.clear();
    attempt.status.ended_at = tools_.clock.now();
    attempt.status.detail = why;
    attempt.is_over = true;
    tools_.record->note({.step = RecordedStep::ended,
                         .reservation = attempt.id.reservation,
                         .attempt = attempt.id.number,
                         .namespace_name = attempt.namespace_name,
                         .job_uid = {},
                         .work_folder = {},
                         .ordered_at = {},
                         .ends_at = {},
                         .exit_code = {},
                         .started_at = {},
                         .ended_at = attempt.status.ended_at,
                         .detail = why});
}

}  // namespace berth
