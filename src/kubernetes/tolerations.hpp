// Which taints of a node keep Berth's pods away. Pure.
#pragma once

#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/sights.hpp"

namespace berth {

// By the site's tolerations, or as Berth's own mark of managed nodes. A taint is held in a
// Toleration too, for its key, value and effect.
bool is_tolerated(const Toleration& taint, const KubernetesOptions& options);

// That the cluster itself puts on a node which is not ready, or cordoned: its conditions tell that
// already.
bool repeats_a_condition(const Toleration& taint);

// "gpu=true:NoSchedule", as kubectl has it.
std::string taint_text(const Toleration& taint);

}  // namespace berth
