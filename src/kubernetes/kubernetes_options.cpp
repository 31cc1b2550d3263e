#include "kubernetes/kubernetes_options.hpp"

#include <set>

namespace berth {

namespace {

std::string named_for(const std::map<std::string, std::string>& names, const std::string& team,
                      const std::string& otherwise) {
    const auto found = names.find(team);
    return found == names.end() ? otherwise : found->second;
}

}  // namespace

std::string namespace_of(const KubernetesOptions& options, const std::string& team) {
    return named_for(options.team_namespaces, team, options.namespace_name);
}

std::string queue_of(const KubernetesOptions& options, const std::string& team) {
    return named_for(options.team_queues, team, options.queue);
}

std::vector<std::string> namespaces_of(const KubernetesOptions& options) {
    std::set<std::string> names{options.namespace_name};
    for (const auto& [team, name] : options.team_namespaces) names.insert(name);
    return {names.begin(), names.end()};
}

}  // namespace berth
