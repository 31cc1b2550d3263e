// One pod of a job, as the template of its task in the Volcano Job. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "kubernetes/objects.hpp"

namespace berth {

boost::json::object pod_template(const AttemptOrder& order, const std::vector<PlannedPod>& pods,
                                 const PlannedPod& pod, const NodeAddresses& addresses,
                                 const KubernetesOptions& options);

// Of a list of secrets with which images are pulled: [{"name": …}].
boost::json::array references(const std::vector<std::string>& names);

}  // namespace berth
