// What a preflight asks the API server about a booked job, and what the answers mean. Pure: the
// questions are paths to GET, so that all can be asked at once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

using Answers = std::map<std::string, ApiReply>;  // by path

// Each once.
std::vector<std::string> preflight_questions(const PreflightWish& wish,
                                             const KubernetesOptions& options);

// Precondition: `answers` has one to each of those questions. One finding for each thing that was
// looked at, right or wrong; a single one when the cluster could not be asked.
std::vector<Finding> preflight_findings(const PreflightWish& wish, const KubernetesOptions& options,
                                        const Answers& answers);

}  // namespace berth
