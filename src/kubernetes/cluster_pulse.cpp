#include "kubernetes/cluster_pulse.hpp"

#include <chrono>
#include <mutex>

namespace berth {

namespace {

constexpr std::chrono::seconds between_two{5};

std::string trouble_in(const ApiReply& reply, const std::string& server) {
    if (reply.is_ok()) return {};
    if (reply.status == 0) return "the cluster is out of reach: " + reply.trouble;
    if (reply.status == 401 || reply.status == 403) {
        return "the cluster's API server " + server +
               " does not let Berth in; look at its kubeconfig or service account: " +
               reply.message();
    }
    return "the cluster's API server " + server + " is in trouble: " + reply.message();
}

}  // namespace

struct ClusterPulse::Impl : std::enable_shared_from_this<Impl> {
    explicit Impl(ApiClient& with) : client(with) {}

    void ask();
    void note(const ApiReply& reply);

    ApiClient& client;
    mutable std::mutex mutex;
    bool is_wanted = true;
    std::string trouble;
};

void ClusterPulse::Impl::ask() {
    client.send({.path = "/version", .patience = std::chrono::milliseconds::zero()},
                [self = shared_from_this()](const ApiReply& reply) { self->note(reply); });
}

void ClusterPulse::Impl::note(const ApiReply& reply) {
    {
        const std::lock_guard lock(mutex);
        if (!is_wanted) return;
        trouble = trouble_in(reply, client.access().server);
    }
    client.call_later(between_two, [self = shared_from_this()] {
        {
            const std::lock_guard lock(self->mutex);
            if (!self->is_wanted) return;
        }
        self->ask();
    });
}

ClusterPulse::ClusterPulse(ApiClient& client) : impl_(std::make_shared<Impl>(client)) {
    impl_->trouble = "the cluster's API server " + client.access().server + " has not answered yet";
    impl_->ask();
}

ClusterPulse::~ClusterPulse() {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_wanted = false;
}

std::string ClusterPulse::trouble() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->trouble;
}

}  // namespace berth
