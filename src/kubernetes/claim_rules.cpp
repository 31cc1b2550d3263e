#include "kubernetes/claim_rules.hpp"

#include <boost/json/array.hpp>
#include <set>

#include "kubernetes/cluster_answers.hpp"
#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

std::set<std::string> access_modes(const boost::json::object& claim) {
    std::set<std::string> modes;
    const auto& bound = array_at(claim, {"status", "accessModes"});
    const auto& wanted = array_at(claim, {"spec", "accessModes"});
    for (const auto& mode : bound.empty() ? wanted : bound) {
        if (mode.is_string()) modes.emplace(mode.get_string());
    }
    return modes;
}

// Nothing: it will do.
std::optional<std::string> flaw_of_access(const std::string& name,
                                          const std::set<std::string>& modes, bool read_only,
                                          const PreflightScope& scope) {
    const bool many_write = modes.contains("ReadWriteMany");
    const bool many_read = many_write || modes.contains("ReadOnlyMany");
    const bool one_writes = many_write || modes.contains("ReadWriteOnce");
    if (modes.empty() || many_write) return std::nullopt;
    if (scope.nodes.size() > 1 && !many_read) {
        return "The claim " + name + " can be used on one node at a time (" + *modes.begin() +
               "), but the job has pods on " + listed(scope.nodes) +
               ": book GPUs of one node (spread same_node), or use a claim that is ReadWriteMany.";
    }
    const bool may_write = one_writes || modes.contains("ReadWriteOncePod");
    if (!read_only && (!may_write || scope.nodes.size() > 1)) {
        return "The claim " + name +
               " can only be read from the job's nodes (ReadOnlyMany): mount it with read_only, or "
               "use one that is ReadWriteMany.";
    }
    return std::nullopt;
}

Finding finding_of(const ClusterThing& thing, const std::string& name, bool read_only,
                   const PreflightScope& scope, const Answers& answers) {
    const auto claim = look_for(thing, answers);
    if (!claim) return claim.error();
    if (!text_at(*claim, {"metadata", "deletionTimestamp"}).empty()) {
        return {thing.check, false,
                "The " + thing.words + " is being deleted: no new pod can use it. Use another."};
    }
    const std::string phase = text_at(*claim, {"status", "phase"});
    if (phase == "Lost") {
        return {thing.check, false,
                "The " + thing.words + " has lost its volume: ask an operator, or use another."};
    }
    if (auto flaw = flaw_of_access(name, access_modes(*claim), read_only, scope)) {
        return {thing.check, false, std::move(*flaw)};
    }
    if (phase == "Pending") {
        return {thing.check, true,
                "the " + thing.words +
                    " is there, without a volume yet; most storage classes give "
                    "it one when the first pod needs it"};
    }
    return {thing.check, true, "the " + thing.words + " is there"};
}

}  // namespace

std::vector<Finding> claim_findings(const PreflightScope& scope, const Answers& answers) {
    std::vector<Finding> findings;
    for (const WorkloadVolume& volume : scope.wish.workload.volumes) {
        findings.push_back(finding_of(claim_thing(scope.space, volume.claim), volume.claim,
                                      volume.read_only, scope, answers));
    }
    return findings;
}

Finding work_finding(const PreflightScope& scope, const KubernetesOptions& options,
                     const Answers& answers) {
    if (options.work_claim) {
        return finding_of(work_claim_thing(scope.space, *options.work_claim), *options.work_claim,
                          false, scope, answers);
    }
    // Only who goes on with earlier work fails for it; for others it is as the site wants it.
    if (scope.wish.resumption) {
        return {"work", false,
                "The checkpoints of the work that this goes on with are gone with its pods, as the "
                "site keeps none: it begins anew. An operator sets launch.kubernetes.work_claim."};
    }
    return {"work", true,
            "checkpoints and results last as long as the pods, so that nothing can be resumed: the "
            "site keeps none (launch.kubernetes.work_claim)"};
}

}  // namespace berth
