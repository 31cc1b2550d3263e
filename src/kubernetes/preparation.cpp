#include "kubernetes/preparation.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "kubernetes/end_words.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/objects.hpp"
#include "kubernetes/written_ahead.hpp"

namespace berth {

namespace {

constexpr std::chrono::hours until_stale{1};
constexpr std::chrono::milliseconds between_tries{20'000};

}  // namespace

void Preparation::advance(ClusterAttempt& attempt) {
    const bool is_ahead = attempt.wish.prepare && !attempt.is_accepted && !attempt.is_over;
    if (!tools_.view->is_current(attempt.namespace_name)) return;
    if (is_ahead && is_written_down(attempt, tools_)) {
        const AttemptOrder& order = *attempt.wish.prepare;
        if (!attempt.has_secret && !attempt.is_under_way && tools_.may_ask(attempt, "secret")) {
            submission_.make_secret(attempt, order, [](ClusterAttempt&, const ApiReply&) {});
        }
        if (image_of(order.workload, tools_.options)) {
            const std::set<std::string> nodes(order.nodes.begin(), order.nodes.end());
            for (const std::string& node : nodes) pull_on(attempt, node);
        }
    }
    remove_pods(attempt);
}

void Preparation::pull_on(ClusterAttempt& attempt, const std::string& node) {
    if (attempt.pulled_on.contains(node) || tools_.view->node(node) == nullptr) return;
    const std::string name = image_pull_name(tools_.options.site, attempt.id, node);
    const ClusterView::Objects* objects = tools_.view->find(attempt.id);
    if (objects != nullptr && objects->image_pulls.contains(name)) return;
    tools_.ask(
        attempt, "pull on " + node,
        {.method = "POST",
         .path = tools_.pods_path(attempt),
         .body = image_pull_pod(*attempt.wish.prepare, node, tools_.options)},
        [](ClusterAttempt&, const ApiReply&) {}, between_tries);
}

// Those that are done, and those on nodes that it will not run on.
void Preparation::remove_pods(ClusterAttempt& attempt) {
    const ClusterView::Objects* objects = tools_.view->find(attempt.id);
    if (objects == nullptr) return;
    const bool is_needed = attempt.wish.prepare && !attempt.is_accepted && !attempt.is_over;
    for (const auto& [name, pod] : objects->image_pulls) {
        if (is_over(pod)) attempt.pulled_on.insert(pod.node);
        const auto wanted = [&](const std::vector<std::string>& nodes) {
            return std::ranges::find(nodes, pod.node) != nodes.end();
        };
        const bool goes_on = is_needed && !is_over(pod) && wanted(attempt.wish.prepare->nodes);
        // Without an order, one that another server ordered may still come.
        const bool is_unknown = !attempt.is_real() && !attempt.wish.prepare && !is_over(pod);
        if (goes_on || is_unknown || pod.deleted_at) continue;
        tools_.ask(attempt, "remove " + name,
                   {.method = "DELETE",
                    .path = tools_.pods_path(attempt) + "/" + name + "?gracePeriodSeconds=1"},
                   [](ClusterAttempt&, const ApiReply&) {});
    }
}

bool Preparation::is_stale(ClusterAttempt& attempt) const {
    if (attempt.is_real()) return false;
    const Instant when = attempt.wish.prepared_at + Duration(until_stale);
    if (tools_.clock.now() >= when) return true;
    LauncherTools::wake_at(attempt, when);
    return false;
}

}  // namespace berth
