#include "kubernetes/kubernetes_inventory.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <set>

#include "kubernetes/claimed_gpus.hpp"
#include "kubernetes/device_claims.hpp"
#include "kubernetes/node_gpus.hpp"
#include "kubernetes/object_fields.hpp"
#include "kubernetes/object_watch.hpp"
#include "kubernetes/occupants.hpp"

namespace berth {

namespace {

// A node's conditions bear the cluster's time, which is the real one: never the site's clock, which
// a test may move.
Instant real_time() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

bool is_same(const OccupantPod& a, const OccupantPod& b) {
    return a.occupant == b.occupant && a.uid == b.uid && a.is_leaving == b.is_leaving;
}

}  // namespace

// Watches on the client's thread; what they saw lies under the mutex.
struct KubernetesInventory::Impl : std::enable_shared_from_this<Impl> {
    Impl(ApiClient& client, KubernetesOptions given, std::function<void(const std::string&)> say)
        : client_(client), options_(std::move(given)), report_(std::move(say)) {}

    void begin();  // on the client's thread, as all up to the next line
    void end();
    void see_node(const std::string& key, const boost::json::object& object);
    void lose_node(const std::string& key);
    void take_sight(const std::string& key, NodeSight sight);
    void see_slice(const std::string& key, const boost::json::object& object);
    void lose_slice(const std::string& key);
    void publish(const std::string& node);
    [[nodiscard]] bool claims() const {
        return options_.devices == KubernetesOptions::Devices::claimed;
    }
    // Of a watch: one list was complete.
    std::function<void()> once_seen(bool& flag);
    bool is_complete();  // it has seen all nodes
    void see_pod(const std::string& key, const boost::json::object& object);
    void lose_pod(const std::string& key);
    void see_claim(const std::string& key, std::optional<ForeignClaim> claim);
    void take_pod(const std::string& key, PodSight pod);
    void drop_occupant(const std::string& key);
    void look_again_after(Duration pause, const std::string& node);
    void look_again(const std::string& node);
    bool declare_anew(const std::string& node, Instant now);
    void changed();
    void remove(const OccupantPod& pod);
    void removed(const OccupantPod& pod, const ApiReply& reply);

    std::optional<std::vector<GpuSpec>> gpus();
    std::optional<std::vector<Occupant>> occupants();
    void make_room(const std::vector<std::string>& nodes);

    ApiClient& client_;
    const KubernetesOptions options_;
    const std::function<void(const std::string&)> report_;

    // The client's thread alone.
    std::unique_ptr<ObjectWatch> node_watch_;
    std::unique_ptr<ObjectWatch> pod_watch_;
    std::unique_ptr<ObjectWatch> slice_watch_;  // with claims, as all up to the next line
    std::unique_ptr<ObjectWatch> claim_watch_;
    std::map<std::string, GpuSlice> slices_;      // by key
    std::map<std::string, KnownGpus> published_;  // by node
    std::map<std::string, PodSight> claimants_;   // by key: pods that name claims
    ClaimedGpus claimed_;

    std::mutex mutex_;
    struct Declared {
        WatchedNode node;
        std::vector<GpuSpec> gpus;
    };
    std::map<std::string, Declared, NaturalOrder> nodes_;
    std::map<std::string, OccupantPod> occupants_;  // by key, on whatever node
    std::set<std::string> asked_to_go_;             // uids
    bool has_seen_nodes_ = false;
    bool has_seen_pods_ = false;
    bool has_seen_slices_ = false;
    bool has_seen_claims_ = false;

    std::mutex call_mutex_;  // held while `call_` runs
    std::function<void()> call_;
};

void KubernetesInventory::Impl::begin() {
    const auto trouble = [this](const std::string& what) {
        return [this, what](const std::string& why) {
            report_("the cluster's " + what + " cannot be watched: " + why);
        };
    };
    node_watch_ = std::make_unique<ObjectWatch>(
        client_, WatchedObjects{.path = "/api/v1/nodes", .label_selector = options_.node_selector},
        WatchListener{.seen = [this](const auto& key, const auto& it) { see_node(key, it); },
                      .gone = [this](const auto& key) { lose_node(key); },
                      .in_step = once_seen(has_seen_nodes_),
                      .trouble = trouble("nodes")});
    if (claims()) {
        slice_watch_ = std::make_unique<ObjectWatch>(
            client_,
            WatchedObjects{.path = slices_of_cluster,
                           .field_selector = "spec.driver=" + options_.device_class},
            WatchListener{.seen = [this](const auto& key, const auto& it) { see_slice(key, it); },
                          .gone = [this](const auto& key) { lose_slice(key); },
                          .in_step = once_seen(has_seen_slices_),
                          .trouble = trouble("resource slices")});
        claim_watch_ = std::make_unique<ObjectWatch>(
            client_, WatchedObjects{.path = "/apis/resource.k8s.io/v1/resourceclaims"},
            WatchListener{
                .seen = [this](const auto& key,
                               const auto& it) { see_claim(key, foreign_claim(it, options_)); },
                .gone = [this](const auto& key) { see_claim(key, std::nullopt); },
                .in_step = once_seen(has_seen_claims_),
                .trouble = trouble("resource claims")});
    }
    pod_watch_ = std::make_unique<ObjectWatch>(
        client_,
        WatchedObjects{
            .path = "/api/v1/pods",
            .field_selector = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed"},
        WatchListener{.seen = [this](const auto& key, const auto& it) { see_pod(key, it); },
                      .gone = [this](const auto& key) { lose_pod(key); },
                      .in_step = once_seen(has_seen_pods_),
                      .trouble = trouble("pods")});
}

std::function<void()> KubernetesInventory::Impl::once_seen(bool& flag) {
    return [this, &flag] {
        {
            const std::lock_guard lock(mutex_);
            flag = true;
        }
        changed();
    };
}

bool KubernetesInventory::Impl::is_complete() {
    const std::lock_guard lock(mutex_);
    return has_seen_nodes_;
}

void KubernetesInventory::Impl::end() {
    slice_watch_.reset();
    claim_watch_.reset();
    node_watch_.reset();
    pod_watch_.reset();
}

// Whether that changed anything. Precondition: mutex_ is held, on the client's thread.
bool KubernetesInventory::Impl::declare_anew(const std::string& node, Instant now) {
    Declared& declared = nodes_.at(node);
    auto gpus = claims() ? gpus_of(declared.node, published_[node], options_, now)
                         : gpus_of(declared.node, options_, now);
    if (gpus == declared.gpus) return false;
    declared.gpus = std::move(gpus);
    return true;
}

void KubernetesInventory::Impl::see_node(const std::string& key,
                                         const boost::json::object& object) {
    NodeSight sight = node_sight(object, options_.resource);
    sight.images.clear();  // long, and nothing to an inventory
    if (claims()) sight = counted_by(published_[key], std::move(sight));
    take_sight(key, std::move(sight));
}

void KubernetesInventory::Impl::take_sight(const std::string& key, NodeSight sight) {
    std::optional<Duration> pause;
    bool is_other = false;
    {
        const std::lock_guard lock(mutex_);
        const Instant now = real_time();
        const auto known = nodes_.find(key);
        const WatchedNode* before = known == nodes_.end() ? nullptr : &known->second.node;
        const auto had_settled = before != nullptr ? settles_at(*before) : std::nullopt;
        WatchedNode& watched = nodes_[key].node;
        watched = watch_on(before, std::move(sight), now);
        is_other = declare_anew(key, now) && has_seen_nodes_;
        if (settles_at(watched) != had_settled) pause = until_settled(watched, now);
    }
    if (pause) look_again_after(*pause, key);
    if (is_other) changed();
}

void KubernetesInventory::Impl::look_again_after(Duration pause, const std::string& node) {
    client_.call_later(pause, [weak = weak_from_this(), node] {
        if (const auto self = weak.lock()) self->look_again(node);
    });
}

// The pause was one of real time; the clock may have been set back meanwhile.
void KubernetesInventory::Impl::look_again(const std::string& node) {
    std::optional<Duration> pause;
    bool is_other = false;
    {
        const std::lock_guard lock(mutex_);
        const auto found = nodes_.find(node);
        if (found == nodes_.end()) return;
        const Instant now = real_time();
        WatchedNode& watched = found->second.node;
        watched = watch_on(&watched, watched.sight, now);
        is_other = declare_anew(node, now) && has_seen_nodes_;
        pause = until_settled(watched, now);
    }
    if (pause) look_again_after(*pause, node);
    if (is_other) changed();
}

void KubernetesInventory::Impl::lose_node(const std::string& key) {
    {
        const std::lock_guard lock(mutex_);
        if (nodes_.erase(key) == 0) return;
    }
    // Should it come again, only what is published counts.
    if (published_.erase(key) > 0) publish(key);
    if (is_complete()) changed();
}

void KubernetesInventory::Impl::see_slice(const std::string& key,
                                          const boost::json::object& object) {
    GpuSlice slice = gpu_slice(object, options_);
    const std::string node = slice.node;
    slices_.insert_or_assign(key, std::move(slice));
    publish(node);
}

void KubernetesInventory::Impl::lose_slice(const std::string& key) {
    const auto found = slices_.find(key);
    if (found == slices_.end()) return;
    const std::string node = found->second.node;
    slices_.erase(found);
    publish(node);
}

// A node's devices may be told in several slices.
void KubernetesInventory::Impl::publish(const std::string& node) {
    std::vector<PublishedGpu> gpus;
    for (const auto& [key, slice] : slices_) {
        if (slice.node == node) gpus.insert(gpus.end(), slice.gpus.begin(), slice.gpus.end());
    }
    published_[node].take(gpus);
    NodeSight sight;
    {
        const std::lock_guard lock(mutex_);
        const auto found = nodes_.find(node);
        if (found == nodes_.end()) return;
        sight = counted_by(published_[node], found->second.node.sight);
    }
    take_sight(node, std::move(sight));
}

void KubernetesInventory::Impl::see_pod(const std::string& key, const boost::json::object& object) {
    PodSight pod = pod_sight(object, options_.resource);
    if (claims()) {
        const bool names_claims = !array_at(object, {"spec", "resourceClaims"}).empty();
        names_claims ? void(claimants_.insert_or_assign(key, pod)) : void(claimants_.erase(key));
    }
    take_pod(key, std::move(pod));
}

void KubernetesInventory::Impl::lose_pod(const std::string& key) {
    claimants_.erase(key);
    drop_occupant(key);
}

void KubernetesInventory::Impl::see_claim(const std::string& key,
                                          std::optional<ForeignClaim> claim) {
    const auto touched = claimed_.take(key, std::move(claim));
    if (touched.empty()) return;
    for (const auto& [pod_key, pod] : claimants_) {
        if (touched.contains(pod.uid)) take_pod(pod_key, pod);
    }
}

void KubernetesInventory::Impl::take_pod(const std::string& key, PodSight pod) {
    // Not the sum: what is asked for by number may be granted by a claim.
    pod.gpus = std::max(pod.gpus, claimed_.held_by(pod.uid));
    auto occupant = occupant_in(pod, options_.site);
    if (!occupant) return drop_occupant(key);
    {
        const std::lock_guard lock(mutex_);
        const auto known = occupants_.find(key);
        if (known != occupants_.end() && is_same(known->second, *occupant)) return;
        occupants_.insert_or_assign(key, std::move(*occupant));
        if (!has_seen_pods_) return;
    }
    changed();
}

void KubernetesInventory::Impl::drop_occupant(const std::string& key) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = occupants_.find(key);
        if (known == occupants_.end()) return;
        asked_to_go_.erase(known->second.uid);
        occupants_.erase(known);
        if (!has_seen_pods_) return;
    }
    changed();
}

void KubernetesInventory::Impl::changed() {
    const std::lock_guard lock(call_mutex_);
    if (call_) call_();
}

std::optional<std::vector<GpuSpec>> KubernetesInventory::Impl::gpus() {
    const std::lock_guard lock(mutex_);
    if (!has_seen_nodes_ || (claims() && !has_seen_slices_)) return std::nullopt;
    std::vector<GpuSpec> all;
    for (const auto& [name, declared] : nodes_) {
        all.insert(all.end(), declared.gpus.begin(), declared.gpus.end());
    }
    return all;
}

std::optional<std::vector<Occupant>> KubernetesInventory::Impl::occupants() {
    const std::lock_guard lock(mutex_);
    if (!has_seen_pods_ || !has_seen_nodes_ || (claims() && !has_seen_claims_)) return std::nullopt;
    std::vector<Occupant> all;
    for (const auto& [key, pod] : occupants_) {
        if (nodes_.contains(pod.occupant.node)) all.push_back(pod.occupant);
    }
    return all;
}

void KubernetesInventory::Impl::make_room(const std::vector<std::string>& nodes) {
    if (options_.occupants != KubernetesOptions::Occupants::remove) return;
    std::vector<OccupantPod> to_go;
    {
        const std::lock_guard lock(mutex_);
        std::map<std::string, NodeRoom> rooms;
        for (const std::string& node : nodes) {
            const auto found = nodes_.find(node);
            if (found == nodes_.end()) continue;
            rooms[node].gpus = allocatable_gpus(found->second.node, real_time());
            ++rooms[node].reserved;
        }
        std::vector<OccupantPod> occupants;
        for (const auto& [key, pod] : occupants_) {
            occupants.push_back(pod);
            if (asked_to_go_.contains(pod.uid)) occupants.back().is_leaving = true;
        }
        to_go = in_the_way(rooms, occupants);
        for (const OccupantPod& pod : to_go) asked_to_go_.insert(pod.uid);
    }
    for (const OccupantPod& pod : to_go) remove(pod);
}

void KubernetesInventory::Impl::remove(const OccupantPod& pod) {
    const std::string path =
        "/api/v1/namespaces/" + escaped(pod.namespace_name) + "/pods/" + escaped(pod.name);
    // Of its own grace. The uid: another pod of that name is not the one that was looked at.
    const std::string body =
        R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":")" + pod.uid +
        R"("}})";
    client_.send({.method = "DELETE", .path = path, .body = body},
                 [weak = weak_from_this(), pod](const ApiReply& reply) {
                     if (const auto self = weak.lock()) self->removed(pod, reply);
                 });
}

void KubernetesInventory::Impl::removed(const OccupantPod& pod, const ApiReply& reply) {
    const std::string what = "pod " + pod.occupant.name + " of " + pod.occupant.owner +
                             ", which used " + std::to_string(pod.occupant.gpus) + " GPU" +
                             (pod.occupant.gpus == 1 ? "" : "s") + " of " + pod.occupant.node +
                             " without a reservation,";
    constexpr int gone = 404;
    constexpr int another = 409;
    if (reply.status == gone || reply.status == another) return;
    if (reply.is_ok()) return report_(what + " is removed: they are reserved");
    report_(what + " could not be removed: " + reply.message());
    const std::lock_guard lock(mutex_);
    asked_to_go_.erase(pod.uid);
}

KubernetesInventory::KubernetesInventory(ApiClient& client, KubernetesOptions options,
                                         std::function<void(const std::string&)> report)
    : impl_(std::make_shared<Impl>(client, std::move(options), std::move(report))) {
    client.call([impl = impl_] { impl->begin(); });
}

KubernetesInventory::~KubernetesInventory() {
    on_change({});
    impl_->client_.call_and_wait([this] { impl_->end(); });
}

void KubernetesInventory::on_change(std::function<void()> call) {
    const std::lock_guard lock(impl_->call_mutex_);
    impl_->call_ = std::move(call);
}

std::optional<std::vector<GpuSpec>> KubernetesInventory::gpus() {
    return impl_->gpus();
}

std::optional<std::vector<Occupant>> KubernetesInventory::occupants() {
    return impl_->occupants();
}

void KubernetesInventory::make_room(const std::vector<std::string>& nodes) {
    impl_->make_room(nodes);
}

}  // namespace berth
