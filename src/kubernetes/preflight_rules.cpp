#include "kubernetes/preflight_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <set>

#include "kubernetes/claim_rules.hpp"
#include "kubernetes/cluster_answers.hpp"
#include "kubernetes/image_rules.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/node_gpus.hpp"
#include "kubernetes/object_fields.hpp"
#include "kubernetes/pod_plan.hpp"
#include "kubernetes/preflight_scope.hpp"

namespace berth {

namespace {

Finding there(const ClusterThing& thing, const Answers& answers) {
    const auto found = look_for(thing, answers);
    if (!found) return found.error();
    return {thing.check, true, "the " + thing.words + " is there"};
}

Finding queue_finding(const PreflightScope& scope, const KubernetesOptions& options,
                      const Answers& answers) {
    const std::string name = queue_of(options, scope.wish.team);
    const auto queue = look_for(queue_thing(name), answers);
    if (!queue) return queue.error();
    // One that nobody has opened or closed yet tells no state.
    const std::string state = text_at(*queue, {"status", "state"});
    if (!state.empty() && state != "Open") {
        return {"queue", false,
                "The queue " + name + " is " + state +
                    ", and takes no jobs: an operator opens it, or names another in "
                    "launch.kubernetes."};
    }
    const std::string most = text_at(*queue, {"spec", "capability", options.resource});
    const auto limit = number_at(*queue, {"spec", "capability", options.resource});
    const auto wanted = static_cast<int>(scope.wish.gpus.size());
    if (!most.empty() && limit < wanted) {
        return {"queue", false,
                "The queue " + name + " lets its jobs have " + most + " of " + options.resource +
                    " together, but this one has " + std::to_string(wanted) +
                    ": an operator raises its capability, or book fewer GPUs."};
    }
    return {"queue", true, "the queue " + name + " is open"};
}

Finding pods_finding(const PreflightScope& scope) {
    const auto plan = plan_pods(scope.wish.workload, scope.wish.gpus, scope.wish.nodes);
    if (!plan) return {"pods", false, plan.error()};
    return {"pods", true, counted(plan->size(), "pod") + " on " + listed(scope.nodes)};
}

bool is_selected(const std::string& node, const KubernetesOptions& options,
                 const Answers& answers) {
    const ApiReply& reply = answers.at(selected_path(node, options));
    boost::system::error_code error;
    const auto list = reply.is_ok() ? boost::json::parse(reply.body, error) : boost::json::value();
    // Whoever does not answer says nothing against it.
    if (error || !list.is_object()) return true;
    return !array_at(list.get_object(), {"items"}).empty();
}

Finding node_finding(const std::string& name, const KubernetesOptions& options,
                     const Answers& answers) {
    const ClusterThing thing = node_thing(name);
    const auto node = look_for(thing, answers);
    if (!node) return node.error();
    const std::string meanwhile = "; Berth moves what is booked there to equal GPUs when it can.";
    if (!is_selected(name, options, answers)) {
        return {thing.check, false,
                "The node " + name +
                    " lacks the labels that launch.kubernetes.node_selector asks "
                    "for (" +
                    options.node_selector + "): an operator labels it" + meanwhile};
    }
    if (const auto why = why_unusable(node_sight(*node, options.resource), options)) {
        return {thing.check, false,
                "The node " + name + " cannot be used now: it " + *why + meanwhile};
    }
    return {thing.check, true, "the node " + name + " is ready"};
}

std::vector<Finding> secret_findings(const PreflightScope& scope, const KubernetesOptions& options,
                                     const Answers& answers) {
    std::vector<Finding> findings;
    for (const auto& name : scope.wish.workload.secrets) {
        findings.push_back(there(secret_thing(scope.space, name), answers));
    }
    for (const auto& name : options.image_pull_secrets) {
        const ClusterThing thing = pull_secret_thing(scope.space, name);
        const auto secret = look_for(thing, answers);
        const std::string type = secret ? text_at(*secret, {"type"}) : "";
        if (secret && !type.starts_with("kubernetes.io/dockerc")) {
            findings.push_back(
                {thing.check, false,
                 fmt::format("The secret {} is of the type {}, which no image can be "
                             "pulled with: an operator makes it of the type "
                             "kubernetes.io/dockerconfigjson.",
                             name, type)});
        } else {
            findings.push_back(there(thing, answers));
        }
    }
    return findings;
}

std::optional<Finding> cluster_is_away(const PreflightScope& scope, const Answers& answers) {
    const ApiReply& reply = answers.at(namespace_thing(scope.space).path);
    if (!is_away(reply)) return std::nullopt;
    return Finding{"cluster", true,
                   "Nothing could be checked, as the cluster's API server did not answer: " +
                       reply.message() + ". The job itself is not affected by that."};
}

}  // namespace

std::vector<std::string> preflight_questions(const PreflightWish& wish,
                                             const KubernetesOptions& options) {
    const PreflightScope scope(wish, options);
    std::set<std::string> paths{namespace_thing(scope.space).path,
                                queue_thing(queue_of(options, wish.team)).path};
    if (scope.priority_class) paths.insert(priority_class_thing(*scope.priority_class).path);
    if (!options.service_account.empty()) {
        paths.insert(service_account_thing(scope.space, options.service_account).path);
    }
    for (const auto& name : wish.workload.secrets) {
        paths.insert(secret_thing(scope.space, name).path);
    }
    for (const auto& name : options.image_pull_secrets) {
        paths.insert(secret_thing(scope.space, name).path);
    }
    for (const auto& volume : wish.workload.volumes) {
        paths.insert(claim_thing(scope.space, volume.claim).path);
    }
    if (options.work_claim) paths.insert(work_claim_thing(scope.space, *options.work_claim).path);
    for (const auto& node : scope.nodes) {
        paths.insert(node_thing(node).path);
        paths.insert(selected_path(node, options));
    }
    if (wish.start_is_near) paths.insert(image_pulls_path(scope.space, options));
    return {paths.begin(), paths.end()};
}

std::vector<Finding> preflight_findings(const PreflightWish& wish, const KubernetesOptions& options,
                                        const Answers& answers) {
    const PreflightScope scope(wish, options);
    if (auto away = cluster_is_away(scope, answers)) return {std::move(*away)};
    std::vector<Finding> findings{there(namespace_thing(scope.space), answers),
                                  queue_finding(scope, options, answers)};
    const auto add = [&](std::vector<Finding> more) {
        findings.insert(findings.end(), more.begin(), more.end());
    };
    if (scope.priority_class) {
        findings.push_back(there(priority_class_thing(*scope.priority_class), answers));
    }
    if (!options.service_account.empty()) {
        findings.push_back(
            there(service_account_thing(scope.space, options.service_account), answers));
    }
    findings.push_back(pods_finding(scope));
    findings.push_back(image_finding(scope, options, answers));
    add(secret_findings(scope, options, answers));
    add(claim_findings(scope, answers));
    findings.push_back(work_finding(scope, options, answers));
    for (const auto& node : scope.nodes) {
        findings.push_back(node_finding(node, options, answers));
    }
    return findings;
}

}  // namespace berth
