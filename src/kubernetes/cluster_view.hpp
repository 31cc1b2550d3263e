// What the cluster has of Berth's: Jobs, their PodGroups and pods, what is warned about them, and
// the nodes, each kept as a sight and found by its attempt. A pod that is gone stays, as it was
// seen last, until the attempt is dropped: its exit code is nowhere else.
//
// All on the client's thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kubernetes/assessment.hpp"
#include "kubernetes/kubernetes_options.hpp"
#include "kubernetes/object_watch.hpp"

namespace berth {

struct ClusterViewListener {
    std::function<void(const AttemptId&)> changed;       // its Job, a pod, or what is said of them
    std::function<void(const std::string&)> node_moved;  // the node's name: gone, ready or not
    std::function<void()> in_step;                       // again: anything may have changed
    std::function<void(const std::string&)> trouble;
};

class ClusterView {
public:
    struct Objects {
        std::optional<JobSight> job;
        std::optional<PodGroupSight> group;
        std::map<std::string, PodSight> pods;         // by name; those that work
        std::map<std::string, PodSight> image_pulls;  // by name
        std::map<std::string, EventSight> warnings;   // by the event's name
    };

    // `recorded`: namespaces that earlier lives of the server ran jobs in. Those that the options
    // do not name (any more) are watched too, and nothing else waits for them.
    ClusterView(ApiClient& client, const KubernetesOptions& options,
                const std::set<std::string>& recorded, ClusterViewListener listener);

    // Every watch has had its first list, apart from the warnings'.
    [[nodiscard]] bool is_complete() const { return waits_for_.empty(); }
    // … and goes on, as far as that namespace and the nodes are concerned: what is seen of them is
    // so now, and not of before the API server went away.
    [[nodiscard]] bool is_current(const std::string& namespace_name) const;
    // Since when nodes are seen without a break: one that came back during it may say so only now.
    [[nodiscard]] std::chrono::steady_clock::time_point sees_nodes_since() const {
        return sees_nodes_since_;
    }
    // Since when it is not ready, where its fall was seen; by this machine's steady clock.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> not_ready_since(
        const std::string& node) const;
    // What the API server's trouble is; empty: none.
    [[nodiscard]] std::string trouble() const;
    // Null: there is nothing of it.
    [[nodiscard]] const Objects* find(const AttemptId& id) const;
    [[nodiscard]] const NodeSight* node(const std::string& name) const;
    // For an assessment. `pinned_to`: its nodes, each once. Good until the next callback.
    [[nodiscard]] AttemptSight sight_of(const AttemptId& id,
                                        const std::vector<std::string>& pinned_to) const;
    // Every attempt of which there is anything.
    [[nodiscard]] std::vector<AttemptId> all() const;
    // Some pod of it may still have processes.
    [[nodiscard]] bool has_live_pods(const AttemptId& id) const;
    // Attempts with such a pod on the node.
    [[nodiscard]] std::vector<AttemptId> on_node(const std::string& name) const;
    void drop_gone(const AttemptId& id);

private:
    // Left over: only what runs there waits for it.
    enum class Need { necessary, left_over, helpful };
    void watch(ApiClient& client, const WatchedObjects& what, WatchListener listener,
               Need need = Need::necessary);
    void watch_namespace(ApiClient& client, const KubernetesOptions& options,
                         const std::string& name, Need need);
    void saw_job(const std::string& key, const boost::json::object& object);
    void saw_pod(const std::string& key, const boost::json::object& object);
    void saw_group(const std::string& key, const boost::json::object& object);
    void saw_event(const std::string& key, const boost::json::object& object);
    void saw_node(const boost::json::object& object);
    void lost_job(const std::string& key);
    void lost_pod(const std::string& key);
    void lost_group(const std::string& key);
    void lost_event(const std::string& key);
    void tidy(const AttemptId& id);

    std::string resource_;
    std::string site_;
    ClusterViewListener listener_;
    std::map<AttemptId, Objects> objects_;
    std::map<std::string, NodeSight> nodes_;
    std::map<std::string, std::chrono::steady_clock::time_point> fell_;  // nodes that are not ready
    // Whose an object is, by its kind and key.
    std::map<std::string, AttemptId> jobs_;
    std::map<std::string, AttemptId> pods_;
    std::map<std::string, AttemptId> groups_;
    std::map<std::string, AttemptId> events_;
    std::set<std::string> waits_for_;  // watches that had no list yet
    std::set<std::string> unseen_;     // … among those that are left over
    std::set<std::string> cut_off_;    // watches in trouble, apart from the helpful ones
    std::chrono::steady_clock::time_point sees_nodes_since_;
    std::map<std::string, std::string> troubles_;  // by watch
    std::vector<std::unique_ptr<ObjectWatch>> watches_;
};

}  // namespace berth
