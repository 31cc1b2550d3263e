#include "kubernetes/kubernetes_launcher.hpp"

#include <thread>
#include <utility>

#include "kubernetes/kubernetes_preflight.hpp"
#include "kubernetes/launcher_actor.hpp"

namespace berth {

namespace {

constexpr auto end_notice = "end";

}  // namespace

struct KubernetesLauncher::Impl {
    Impl(ApiClient& api_client, ClockPort& clock, KubernetesOptions its_options,
         std::function<void(const std::string&)> report)
        : client(api_client),
          options(std::move(its_options)),
          actor(LauncherActor::make(client, clock, options, std::move(report))),
          deadlines([this] { actor->hold_to_time(); }) {}

    ~Impl() { actor->close(); }

    ApiClient& client;
    const KubernetesOptions options;
    std::shared_ptr<LauncherActor> actor;
    std::jthread deadlines;
};

KubernetesLauncher::KubernetesLauncher(ApiClient& client, ClockPort& clock,
                                       KubernetesOptions options,
                                       std::function<void(const std::string&)> report)
    : impl_(std::make_unique<Impl>(client, clock, std::move(options), std::move(report))) {}

KubernetesLauncher::~KubernetesLauncher() = default;

void KubernetesLauncher::on_change(std::function<void()> call) {
    impl_->actor->on_change(std::move(call));
}

bool KubernetesLauncher::knows_all() {
    return impl_->actor->knows_all();
}

Duration KubernetesLauncher::prepares_ahead() const {
    return impl_->options.prepares_ahead;
}

void KubernetesLauncher::prepare(const AttemptOrder& order) {
    impl_->actor->prepare(order);
}

void KubernetesLauncher::start(const AttemptOrder& order) {
    impl_->actor->order(order);
}

void KubernetesLauncher::notify(const AttemptId& id, const std::string& kind, Instant deadline,
                                const std::string& message) {
    impl_->actor->want(id, [&](AttemptWish& wish) {
        const WantedNotice notice{.kind = kind, .deadline = deadline, .message = message};
        if (wish.knows_notice && wish.notice == notice) return false;
        wish.knows_notice = true;
        wish.notice = notice;
        return true;
    });
}

void KubernetesLauncher::withdraw_notice(const AttemptId& id) {
    impl_->actor->want(id, [](AttemptWish& wish) {
        if (wish.knows_notice && !wish.notice) return false;
        wish.knows_notice = true;
        wish.notice.reset();
        return true;
    });
}

void KubernetesLauncher::set_end(const AttemptId& id, Instant ends_at) {
    impl_->actor->want(id, [&](AttemptWish& wish) {
        if (wish.ends_at == ends_at) return false;
        wish.ends_at = ends_at;
        const bool is_of_another_end =
            wish.notice && wish.notice->kind == end_notice && wish.notice->deadline != ends_at;
        if (is_of_another_end) wish.notice.reset();
        return true;
    });
}

void KubernetesLauncher::stop(const AttemptId& id) {
    impl_->actor->want(id, [](AttemptWish& wish) { return !std::exchange(wish.stop, true); });
}

std::vector<AttemptStatus> KubernetesLauncher::attempts() {
    return impl_->actor->statuses();
}

void KubernetesLauncher::forget(const AttemptId& id) {
    impl_->actor->forget(id);
}

std::vector<Finding> KubernetesLauncher::preflight(const PreflightWish& wish) {
    return kubernetes_preflight(impl_->client, impl_->options, wish);
}

std::string KubernetesLauncher::log_file(const AttemptId& id) const {
    return impl_->actor->log_file(id).string();
}

std::string KubernetesLauncher::work_folder(ReservationId work_of) const {
    if (impl_->options.work_folder.empty()) return {};
    return (impl_->options.work_folder / work_of.text()).string();
}

}  // namespace berth
