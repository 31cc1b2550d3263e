// What a preflight is about, as its rules need it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kubernetes/api_client.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/names.hpp"

namespace berth {

struct PreflightScope {
    PreflightScope(const PreflightWish& its_wish, const KubernetesOptions& options)
        : wish(its_wish), space(namespace_of(options, its_wish.team)) {
        for (const auto& node : wish.nodes) {
            if (std::ranges::find(nodes, node) == nodes.end()) nodes.push_back(node);
        }
        const auto found = options.priority_classes.find(wish.priority);
        if (found != options.priority_classes.end()) priority_class = found->second;
    }

    const PreflightWish& wish;
    std::string space;               // the namespace of its pods
    std::vector<std::string> nodes;  // each once
    std::optional<std::string> priority_class;
};

// The node, if the site's selector takes it.
inline std::string selected_path(const std::string& node, const KubernetesOptions& options) {
    return "/api/v1/nodes?labelSelector=" + escaped(options.node_selector) +
           "&fieldSelector=" + escaped("metadata.name=" + node);
}

// The pods that pull images ahead.
inline std::string image_pulls_path(const std::string& space, const KubernetesOptions& options) {
    return "/api/v1/namespaces/" + escaped(space) + "/pods?labelSelector=" +
           escaped(selector_of_site(options.site) + "," + label::role + "=" + role::image_pull);
}

}  // namespace berth
