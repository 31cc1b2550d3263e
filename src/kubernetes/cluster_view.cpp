#include "kubernetes/cluster_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kubernetes/names.hpp"

namespace berth {

namespace js = boost::json;

namespace {

constexpr auto image_pull_role = "image-pull";
constexpr auto nodes_path = "/api/v1/nodes";
constexpr std::size_t most_warnings = 16;

// Whose an object is whose name Berth or Volcano has made: "berth-r-17-1-rank-0-0".
std::optional<AttemptId> attempt_named(std::string_view name, const std::string& site) {
    if (!name.starts_with(site + "-")) return std::nullopt;
    name.remove_prefix(site.size() + 1);
    const auto first = name.find('-');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = name.find('-', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto third = std::min(name.find('-', second + 1), name.size());
    return attempt_in({{label::reservation, std::string(name.substr(0, second))},
                       {label::attempt, std::string(name.substr(second + 1, third - second - 1))}});
}

bool is_image_pull(const PodSight& pod) {
    const auto role = pod.labels.find(label::role);
    return role != pod.labels.end() && role->second == image_pull_role;
}

// Null: it was not seen yet, or only pulls an image.
const PodSight* known_pod(const std::map<AttemptId, ClusterView::Objects>& objects,
                          const std::map<std::string, AttemptId>& owners, const std::string& key) {
    const auto owner = owners.find(key);
    if (owner == owners.end()) return nullptr;
    const auto found = objects.find(owner->second);
    if (found == objects.end()) return nullptr;
    const auto pod = found->second.pods.find(key.substr(key.find('/') + 1));
    return pod == found->second.pods.end() ? nullptr : &pod->second;
}

}  // namespace

ClusterView::ClusterView(ApiClient& client, const KubernetesOptions& options,
                         const std::set<std::string>& recorded, ClusterViewListener listener)
    : resource_(options.resource), site_(options.site), listener_(std::move(listener)) {
    std::set<std::string> left_over = recorded;
    for (const std::string& name : namespaces_of(options)) {
        watch_namespace(client, options, name, Need::necessary);
        left_over.erase(name);
    }
    for (const std::string& name : left_over) {
        watch_namespace(client, options, name, Need::left_over);
    }
    WatchListener nodes;
    nodes.seen = [this](const auto&, const js::object& object) { saw_node(object); };
    nodes.gone = [this](const std::string& key) {
        nodes_.erase(key);
        fell_.erase(key);
        listener_.node_moved(key);
    };
    watch(client, {.path = nodes_path}, std::move(nodes));
}

void ClusterView::watch_namespace(ApiClient& client, const KubernetesOptions& options,
                                  const std::string& name, Need need) {
    const auto listener = [this](auto seen, auto gone) {
        WatchListener made;
        made.seen = [this, seen](const std::string& key, const js::object& object) {
            (this->*seen)(key, object);
        };
        made.gone = [this, gone](const std::string& key) { (this->*gone)(key); };
        return made;
    };
    const std::string ours = selector_of_site(options.site);
    const std::string volcano = "/apis/batch.volcano.sh/v1alpha1/namespaces/";
    const std::string scheduling = "/apis/scheduling.volcano.sh/v1beta1/namespaces/";
    const std::string core = "/api/v1/namespaces/";
    watch(client, {.path = volcano + name + "/jobs", .label_selector = ours},
          listener(&ClusterView::saw_job, &ClusterView::lost_job), need);
    watch(client, {.path = scheduling + name + "/podgroups", .label_selector = ours},
          listener(&ClusterView::saw_group, &ClusterView::lost_group), need);
    watch(client, {.path = core + name + "/pods", .label_selector = ours},
          listener(&ClusterView::saw_pod, &ClusterView::lost_pod), need);
    watch(client, {.path = core + name + "/events", .field_selector = "type=Warning"},
          listener(&ClusterView::saw_event, &ClusterView::lost_event), Need::helpful);
}

void ClusterView::watch(ApiClient& client, const WatchedObjects& what, WatchListener listener,
                        Need need) {
    if (need == Need::necessary) waits_for_.insert(what.path);
    if (need == Need::left_over) unseen_.insert(what.path);
    listener.in_step = [this, path = what.path] {
        const auto breaks = waits_for_.erase(path) + cut_off_.erase(path);
        if (path == nodes_path && breaks > 0) sees_nodes_since_ = std::chrono::steady_clock::now();
        unseen_.erase(path);
        troubles_.erase(path);
        listener_.in_step();
    };
    listener.trouble = [this, path = what.path, need](const std::string& words) {
        const bool is_first = cut_off_.empty() && troubles_.empty();
        const bool is_first_outage = need != Need::helpful && cut_off_.empty();
        if (need != Need::helpful) cut_off_.insert(path);
        troubles_[path] = words;
        if (is_first || is_first_outage) listener_.trouble(words);
    };
    watches_.push_back(std::make_unique<ObjectWatch>(client, what, std::move(listener)));
}

bool ClusterView::is_current(const std::string& namespace_name) const {
    if (!is_complete()) return false;
    const std::string part = "/namespaces/" + namespace_name + "/";
    const auto is_of_it = [&](const std::string& path) {
        return path == nodes_path || path.find(part) != std::string::npos;
    };
    return std::ranges::none_of(cut_off_, is_of_it) && std::ranges::none_of(unseen_, is_of_it);
}

std::string ClusterView::trouble() const {
    return cut_off_.empty() ? std::string() : troubles_.at(*cut_off_.begin());
}

std::optional<std::chrono::steady_clock::time_point> ClusterView::not_ready_since(
    const std::string& node) const {
    const auto found = fell_.find(node);
    return found == fell_.end() ? std::nullopt : std::optional(found->second);
}

void ClusterView::saw_job(const std::string& key, const js::object& object) {
    JobSight sight = job_sight(object);
    const auto id = attempt_in(sight.labels);
    if (!id) return;
    jobs_[key] = *id;
    objects_[*id].job = std::move(sight);
    listener_.changed(*id);
}

void ClusterView::saw_group(const std::string& key, const js::object& object) {
    PodGroupSight sight = pod_group_sight(object);
    // Volcano gives it its Job's name and the Job's uid as its own, and the Job's labels.
    std::map<std::string, std::string> labels;
    const js::value* metadata = object.if_contains("metadata");
    const js::object* fields = metadata != nullptr ? metadata->if_object() : nullptr;
    const js::value* found = fields != nullptr ? fields->if_contains("labels") : nullptr;
    if (found == nullptr || !found->is_object()) return;
    for (const auto& entry : found->get_object()) {
        if (entry.value().is_string()) labels[entry.key()] = entry.value().get_string();
    }
    const auto id = attempt_in(labels);
    if (!id) return;
    groups_[key] = *id;
    objects_[*id].group = std::move(sight);
    listener_.changed(*id);
}

void ClusterView::saw_pod(const std::string& key, const js::object& object) {
    // When its deletion began is written over as the node takes the ended pod away.
    PodSight sight = pod_sight(object, resource_, known_pod(objects_, pods_, key));
    const auto id = attempt_in(sight.labels);
    if (!id) return;
    pods_[key] = *id;
    Objects& objects = objects_[*id];
    auto& pods = is_image_pull(sight) ? objects.image_pulls : objects.pods;
    // Volcano may make a stopped pod anew for a moment: how the first one ended still counts.
    if (const auto known = pods.find(sight.name); known != pods.end()) {
        const PodSight& before = known->second;
        const bool is_another = before.uid != sight.uid && before.end;
        sight.earlier_code = is_another ? before.end->exit_code : before.earlier_code;
    }
    pods[sight.name] = std::move(sight);
    listener_.changed(*id);
}

void ClusterView::saw_event(const std::string& key, const js::object& object) {
    EventSight sight = event_sight(object);
    const auto id = attempt_named(sight.name, site_);
    if (!id || !objects_.contains(*id)) return;
    auto& warnings = objects_[*id].warnings;
    events_[key] = *id;
    warnings[key] = std::move(sight);
    if (warnings.size() > most_warnings) {
        events_.erase(warnings.begin()->first);
        warnings.erase(warnings.begin());
    }
    listener_.changed(*id);
}

void ClusterView::saw_node(const js::object& object) {
    NodeSight sight = node_sight(object, resource_);
    sight.images.clear();
    const std::string name = sight.name;
    const auto before = nodes_.find(name);
    const bool moved = before == nodes_.end() || before->second.is_ready != sight.is_ready;
    if (sight.is_ready) {
        fell_.erase(name);
    } else if (moved && before != nodes_.end()) {
        fell_[name] = std::chrono::steady_clock::now();
    }
    nodes_[name] = std::move(sight);
    if (moved) listener_.node_moved(name);
}

void ClusterView::lost_job(const std::string& key) {
    const auto found = jobs_.find(key);
    if (found == jobs_.end()) return;
    const AttemptId id = found->second;
    jobs_.erase(found);
    objects_[id].job.reset();
    tidy(id);
    listener_.changed(id);
}

void ClusterView::lost_pod(const std::string& key) {
    const auto found = pods_.find(key);
    if (found == pods_.end()) return;
    const AttemptId id = found->second;
    pods_.erase(found);
    Objects& objects = objects_[id];
    const std::string name = key.substr(key.find('/') + 1);
    objects.image_pulls.erase(name);
    const auto pod = objects.pods.find(name);
    if (pod != objects.pods.end()) pod->second.is_gone = true;
    tidy(id);
    listener_.changed(id);
}

void ClusterView::lost_group(const std::string& key) {
    const auto found = groups_.find(key);
    if (found == groups_.end()) return;
    const AttemptId id = found->second;
    groups_.erase(found);
    objects_[id].group.reset();
    tidy(id);
}

void ClusterView::lost_event(const std::string& key) {
    const auto found = events_.find(key);
    if (found == events_.end()) return;
    const AttemptId id = found->second;
    events_.erase(found);
    objects_[id].warnings.erase(key);
    tidy(id);
}

void ClusterView::tidy(const AttemptId& id) {
    const auto found = objects_.find(id);
    if (found == objects_.end()) return;
    const Objects& objects = found->second;
    const bool has_any = objects.job || objects.group || !objects.pods.empty() ||
                         !objects.image_pulls.empty() || !objects.warnings.empty();
    if (!has_any) objects_.erase(found);
}

const ClusterView::Objects* ClusterView::find(const AttemptId& id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : &found->second;
}

const NodeSight* ClusterView::node(const std::string& name) const {
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nullptr : &found->second;
}

AttemptSight ClusterView::sight_of(const AttemptId& id,
                                   const std::vector<std::string>& pinned_to) const {
    AttemptSight sight;
    sight.pinned_to = pinned_to;
    for (const std::string& name : pinned_to) {
        if (const NodeSight* known = node(name)) sight.nodes.push_back(known);
    }
    const Objects* objects = find(id);
    if (objects == nullptr) return sight;
    if (objects->job) sight.job = &*objects->job;
    if (objects->group) sight.group = &*objects->group;
    for (const auto& [name, pod] : objects->pods) sight.pods.push_back(&pod);
    for (const auto& [key, warning] : objects->warnings) sight.warnings.push_back(&warning);
    return sight;
}

std::vector<AttemptId> ClusterView::all() const {
    std::vector<AttemptId> ids;
    for (const auto& [id, objects] : objects_) ids.push_back(id);
    return ids;
}

bool ClusterView::has_live_pods(const AttemptId& id) const {
    const Objects* objects = find(id);
    return objects != nullptr && std::ranges::any_of(objects->pods, [](const auto& entry) {
               const PodSight& pod = entry.second;
               return !pod.is_gone && pod.phase != "Succeeded" && pod.phase != "Failed";
           });
}

std::vector<AttemptId> ClusterView::on_node(const std::string& name) const {
    std::vector<AttemptId> ids;
    for (const auto& [id, objects] : objects_) {
        const bool is_there = std::ranges::any_of(objects.pods, [&](const auto& entry) {
            return !entry.second.is_gone && entry.second.node == name;
        });
        if (is_there) ids.push_back(id);
    }
    return ids;
}

void ClusterView::drop_gone(const AttemptId& id) {
    const auto found = objects_.find(id);
    if (found == objects_.end()) return;
    std::erase_if(found->second.pods, [](const auto& entry) { return entry.second.is_gone; });
    tidy(id);
}

}  // namespace berth
