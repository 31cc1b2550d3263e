// Stands in for src/kubernetes/kubernetes_launcher.cpp while that is not there (CMakeLists.txt).
#include <stdexcept>

#include "kubernetes/kubernetes_launcher.hpp"

namespace berth {

struct KubernetesLauncher::Impl {};
KubernetesLauncher::KubernetesLauncher(ApiClient&, ClockPort&, KubernetesOptions,
                                       std::function<void(const std::string&)>) {
    throw std::runtime_error("this build cannot run jobs on a cluster yet");
}
KubernetesLauncher::~KubernetesLauncher() = default;
void KubernetesLauncher::on_change(std::function<void()>) {}
bool KubernetesLauncher::knows_all() {
    return false;
}
Duration KubernetesLauncher::prepares_ahead() const {
    return Duration::zero();
}
void KubernetesLauncher::prepare(const AttemptOrder&) {}
void KubernetesLauncher::start(const AttemptOrder&) {}
void KubernetesLauncher::notify(const AttemptId&, const std::string&, Instant, const std::string&) {
}
void KubernetesLauncher::withdraw_notice(const AttemptId&) {}
void KubernetesLauncher::set_end(const AttemptId&, Instant) {}
void KubernetesLauncher::stop(const AttemptId&) {}
std::vector<AttemptStatus> KubernetesLauncher::attempts() {
    return {};
}
void KubernetesLauncher::forget(const AttemptId&) {}
std::vector<Finding> KubernetesLauncher::preflight(const PreflightWish&) {
    return {};
}
std::string KubernetesLauncher::log_file(const AttemptId&) const {
    return {};
}
std::string KubernetesLauncher::work_folder(ReservationId) const {
    return {};
}

}  // namespace berth
