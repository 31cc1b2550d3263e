// Whether a job's image will be on its nodes at the start. Pure.
#pragma once

#include <string>

#include "kubernetes/preflight_rules.hpp"
#include "kubernetes/preflight_scope.hpp"

namespace berth {

// Near the start the pods that pull it are looked at too.
Finding image_finding(const PreflightScope& scope, const KubernetesOptions& options,
                      const Answers& answers);

// As nodes list it: "yolo" is docker.io/library/yolo:latest.
std::string full_image_name(const std::string& image);

}  // namespace berth
