#include "kubernetes/launcher_tools.hpp"

#include "kubernetes/names.hpp"

namespace berth {

void LauncherTools::send(const AttemptId& id, ApiRequest request,
                         std::function<void(ClusterAttempt&, const ApiReply&)> done) const {
    client.send(std::move(request),
                [this, guard = alive, id, done = std::move(done)](const ApiReply& reply) {
                    const auto owner = guard.lock();
                    if (!owner) return;
                    ClusterAttempt* attempt = find(id);
                    if (attempt == nullptr) return;
                    done(*attempt, reply);
                    touch(id);
                });
}

bool LauncherTools::may_ask(ClusterAttempt& attempt, const std::string& what,
                            std::chrono::milliseconds again_after) const {
    const auto now = std::chrono::steady_clock::now();
    const auto [found, is_new] = attempt.asked.try_emplace(what, now);
    if (!is_new && now - found->second < again_after) return false;
    found->second = now;
    touch_later(attempt.id, again_after + std::chrono::milliseconds(50));
    return true;
}

void LauncherTools::ask(ClusterAttempt& attempt, const std::string& what, ApiRequest request,
                        std::function<void(ClusterAttempt&, const ApiReply&)> done,
                        std::chrono::milliseconds again_after) const {
    if (attempt.awaited.contains(what) || !may_ask(attempt, what, again_after)) return;
    attempt.awaited.insert(what);
    send(attempt.id, std::move(request),
         [what, done = std::move(done)](ClusterAttempt& asked, const ApiReply& reply) {
             asked.awaited.erase(what);
             done(asked, reply);
         });
}

std::string LauncherTools::outage() const {
    const std::string trouble = view->trouble();
    return trouble.empty() ? trouble : "Berth cannot reach the cluster: " + trouble;
}

void LauncherTools::wake_at(ClusterAttempt& attempt, Instant when) {
    attempt.next_wake = std::min(attempt.next_wake.value_or(when), when);
}

std::string LauncherTools::jobs_path(const ClusterAttempt& attempt) const {
    return "/apis/batch.volcano.sh/v1alpha1/namespaces/" + attempt.namespace_name + "/jobs";
}

std::string LauncherTools::job_path(const ClusterAttempt& attempt) const {
    return jobs_path(attempt) + "/" + job_name(options.site, attempt.id);
}

std::string LauncherTools::pods_path(const ClusterAttempt& attempt) const {
    return "/api/v1/namespaces/" + attempt.namespace_name + "/pods";
}

std::string LauncherTools::secrets_path(const ClusterAttempt& attempt) const {
    return "/api/v1/namespaces/" + attempt.namespace_name + "/secrets";
}

std::string LauncherTools::claims_path(const ClusterAttempt& attempt) const {
    return "/apis/resource.k8s.io/v1/namespaces/" + attempt.namespace_name + "/resourceclaims";
}

}  // namespace berth
