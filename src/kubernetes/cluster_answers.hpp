// Single things of a cluster that a job needs: where each is asked for, and whether the answer has
// it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>

#include "engine/launcher_port.hpp"
#include "kubernetes/preflight_rules.hpp"

namespace berth {

// "the claim data in berth-jobs", found at `path`.
struct ClusterThing {
    std::string check;     // the finding's
    std::string words;     // "claim data in the namespace berth-jobs"
    std::string resource;  // "persistentvolumeclaims": what a right is about
    std::string path;
    std::string advice;  // what to do when it is not there, as a clause
};

ClusterThing namespace_thing(const std::string& name);
ClusterThing queue_thing(const std::string& name);
ClusterThing priority_class_thing(const std::string& name);
ClusterThing service_account_thing(const std::string& space, const std::string& name);
ClusterThing secret_thing(const std::string& space, const std::string& name);
ClusterThing pull_secret_thing(const std::string& space, const std::string& name);
ClusterThing claim_thing(const std::string& space, const std::string& name);
ClusterThing work_claim_thing(const std::string& space, const std::string& name);
ClusterThing node_thing(const std::string& name);

// Error: the finding that says that it is not there, or why that could not be told.
std::expected<boost::json::object, Finding> look_for(const ClusterThing& thing,
                                                     const Answers& answers);

// Whether nobody answered who could know.
bool is_away(const ApiReply& reply);
// "GPU", "GPUs".
std::string counted(std::size_t count, const std::string& one);
// "a, b and c".
std::string listed(const std::vector<std::string>& names);

}  // namespace berth
