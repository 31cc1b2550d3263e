#include "kubernetes/removal.hpp"

#include <algorithm>

#include "kubernetes/names.hpp"

namespace berth {

namespace {

constexpr int not_found = 404;

}  // namespace

bool Removal::advance(ClusterAttempt& attempt) {
    if (!tools_.view->is_current(attempt.namespace_name)) return false;
    const std::string background = "?propagationPolicy=Background";
    bool all_gone = remove(attempt, "job", tools_.job_path(attempt) + background);
    all_gone =
        remove(attempt, "secret",
               tools_.secrets_path(attempt) + "/" + secret_name(tools_.options.site, attempt.id)) &&
        all_gone;
    if (tools_.options.devices == KubernetesOptions::Devices::claimed) {
        const std::string selector = escaped(selector_of(tools_.options.site, attempt.id));
        all_gone =
            remove(attempt, "claims", tools_.claims_path(attempt) + "?labelSelector=" + selector) &&
            all_gone;
    }
    const ClusterView::Objects* objects = tools_.view->find(attempt.id);
    if (objects != nullptr) {
        for (const auto& [name, pod] : objects->image_pulls) {
            remove(attempt, name, tools_.pods_path(attempt) + "/" + name);
        }
        // Else what the watch has yet to say would make it an attempt again.
        const bool is_left = objects->job || !objects->image_pulls.empty() ||
                             std::ranges::any_of(objects->pods, [](const auto& entry) {
                                 return !entry.second.is_gone;
                             });
        if (is_left || !tools_.view->is_complete()) return false;
    }
    if (!all_gone) return false;
    tools_.logs->forget(attempt.id);
    tools_.view->drop_gone(attempt.id);
    RecordLine line;
    line.step = RecordedStep::forgotten;
    line.reservation = attempt.id.reservation;
    line.attempt = attempt.id.number;
    tools_.record->note(std::move(line));
    return true;
}

bool Removal::remove(ClusterAttempt& attempt, const std::string& what, const std::string& path) {
    if (attempt.removed.contains(what)) return true;
    tools_.ask(attempt, "remove " + what, {.method = "DELETE", .path = path},
               [what](ClusterAttempt& removed, const ApiReply& reply) {
                   if (reply.is_ok() || reply.status == not_found) removed.removed.insert(what);
               });
    return false;
}

}  // namespace berth
