#include "kubernetes/tolerations.hpp"

#include <algorithm>

#include "kubernetes/names.hpp"

namespace berth {

bool is_tolerated(const Toleration& taint, const KubernetesOptions& options) {
    if (taint.key == reserved_taint && taint.effect == "NoSchedule") return true;
    return std::ranges::any_of(options.tolerations, [&](const Toleration& given) {
        if (!given.effect.empty() && given.effect != taint.effect) return false;
        if (given.key.empty()) return given.exists;
        return given.key == taint.key && (given.exists || given.value == taint.value);
    });
}

bool repeats_a_condition(const Toleration& taint) {
    return taint.key == "node.kubernetes.io/not-ready" ||
           taint.key == "node.kubernetes.io/unreachable" ||
           taint.key == "node.kubernetes.io/unschedulable";
}

std::string taint_text(const Toleration& taint) {
    return taint.key + (taint.value.empty() ? "" : "=" + taint.value) + ":" + taint.effect;
}

}  // namespace berth
