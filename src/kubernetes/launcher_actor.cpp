#include "kubernetes/launcher_actor.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <utility>

#include "kubernetes/names.hpp"
#include "kubernetes/objects.hpp"
#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::hours longest_wait{1};

KubernetesOptions with_folder(KubernetesOptions options) {
    options.attempts_folder = fs::absolute(options.attempts_folder);
    std::error_code error;
    fs::create_directories(options.attempts_folder, error);
    if (error) {
        throw std::runtime_error("Cannot make the folder " + options.attempts_folder.string() +
                                 ": " + error.message() + ".");
    }
    // What jobs print is their teams' own.
    fs::permissions(options.attempts_folder, fs::perms::owner_all, error);
    return options;
}

bool is_same(const AttemptStatus& a, const AttemptStatus& b) {
    return a.phase == b.phase && a.exit_code == b.exit_code && a.started_at == b.started_at &&
           a.ended_at == b.ended_at && a.detail == b.detail && a.waiting_for == b.waiting_for &&
           a.gpus == b.gpus;
}

}  // namespace

std::shared_ptr<LauncherActor> LauncherActor::make(ApiClient& client, ClockPort& clock,
                                                   KubernetesOptions options,
                                                   std::function<void(const std::string&)> report) {
    const std::shared_ptr<LauncherActor> actor(
        new LauncherActor(client, clock, with_folder(std::move(options)), std::move(report)));
    AcceptanceRecord record(actor->tools_.options.attempts_folder / "accepted");
    actor->recall(record);
    client.call([actor, record = std::move(record)]() mutable { actor->begin(std::move(record)); });
    return actor;
}

LauncherActor::LauncherActor(ApiClient& client, ClockPort& clock, KubernetesOptions options,
                             std::function<void(const std::string&)> report)
    : tools_{.client = client,
             .clock = clock,
             .options = std::move(options),
             .report = std::move(report),
             .touch = [this](const AttemptId& id) { touch(id); },
             .touch_later = {},
             .find = {},
             .alive = alive_},
      submission_(tools_, [this](const ClusterAttempt& attempt) { return is_blocked(attempt); }),
      following_(tools_),
      preparation_(tools_, submission_),
      removal_(tools_) {
    tools_.touch_later = [this](const AttemptId& id, std::chrono::milliseconds pause) {
        tools_.client.call_later(pause, [this, id, guard = tools_.alive] {
            if (const auto owner = guard.lock()) touch(id);
        });
    };
    tools_.find = [this](const AttemptId& id) -> ClusterAttempt* {
        const auto found = attempts_.find(id);
        return found == attempts_.end() ? nullptr : &found->second;
    };
}

// What this machine knows of earlier lives of the server.
void LauncherActor::recall(const AcceptanceRecord& record) {
    for (const auto& [id, recorded] : record.attempts()) {
        ClusterAttempt& attempt = attempts_[id];
        attempt.id = id;
        attempt.status.id = id;
        attempt.status.phase = AttemptStatus::Phase::unknown;
        attempt.namespace_name = recorded.facts.namespace_name;
        attempt.work_folder = recorded.facts.work_folder;
        attempt.is_accepted = recorded.facts.step == RecordedStep::accepted;
        attempt.is_recorded = attempt.is_accepted;
        attempt.prepared = InRecord::yes;
        attempt.seen_running = recorded.facts.started_at;
        attempt.stop = recorded.stop;
        if (!recorded.stop.empty()) attempt.stop_recorded = InRecord::yes;
        attempt.wish.prepared_at = tools_.clock.now();
        attempt.wish.ordered_at = recorded.facts.ordered_at.value_or(tools_.clock.now());
        wishes_[id].ordered_at = recorded.facts.ordered_at.value_or(Instant{});
        if (recorded.end) {
            attempt.is_over = true;
            attempt.status.phase = AttemptStatus::Phase::ended;
            attempt.status.exit_code = recorded.end->exit_code;
            attempt.status.started_at = recorded.end->started_at;
            attempt.status.ended_at = recorded.end->ended_at;
            attempt.status.detail = recorded.end->detail;
        }
        if (!attempt.work_folder.empty()) in_folder_[attempt.work_folder].insert(id);
        if (attempt.is_real()) published_.emplace(id, attempt.status);
    }
}

void LauncherActor::begin(AcceptanceRecord record) {
    tools_.record = std::make_unique<RecordWriter>(tools_.client, std::move(record), tools_.alive,
                                                   tools_.report);
    tools_.logs = std::make_shared<AttemptLogs>(
        tools_.client, tools_.options.attempts_folder, [this](const AttemptId& id) { touch(id); },
        tools_.report);
    ClusterViewListener listener;
    listener.changed = [this](const AttemptId& id) { touch(id); };
    listener.node_moved = [this](const std::string& node) {
        for (const AttemptId& id : tools_.view->on_node(node)) touch(id);
    };
    listener.in_step = [this] { touch_all(); };
    listener.trouble = [this](const std::string& words) {
        tools_.report("The launcher cannot see the cluster: " + words);
        touch_all();
    };
    tools_.view = std::make_unique<ClusterView>(tools_.client, tools_.options,
                                                recorded_namespaces(), std::move(listener));
    touch_all();
}

std::set<std::string> LauncherActor::recorded_namespaces() const {
    std::set<std::string> names;
    for (const auto& [id, attempt] : attempts_) {
        if (!attempt.namespace_name.empty()) names.insert(attempt.namespace_name);
    }
    return names;
}

void LauncherActor::touch(const AttemptId& id) {
    {
        const std::lock_guard lock(mutex_);
        dirty_.insert(id);
    }
    step_soon();
}

void LauncherActor::touch_all() {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, attempt] : attempts_) dirty_.insert(id);
        for (const AttemptId& id : tools_.view->all()) dirty_.insert(id);
    }
    step_soon();
}

void LauncherActor::step_soon() {
    {
        const std::lock_guard lock(mutex_);
        if (step_is_due_ || closing_) return;
        step_is_due_ = true;
    }
    tools_.client.call([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->step();
    });
}

void LauncherActor::step() {
    if (!tools_.view) return;  // closed
    std::set<AttemptId> dirty;
    {
        const std::lock_guard lock(mutex_);
        step_is_due_ = false;
        dirty.swap(dirty_);
    }
    bool is_changed = false;
    for (const AttemptId& id : dirty) {
        take_wish(id);
        const auto found = attempts_.find(id);
        if (found == attempts_.end()) continue;
        ClusterAttempt& attempt = found->second;
        attempt.next_wake.reset();
        if (step(attempt) == Next::drop) {
            drop(id);
            continue;
        }
        is_changed = publish(attempt) || is_changed;
        schedule(id, attempt.next_wake);
    }
    is_changed = publish_all() || is_changed;
    if (is_changed) tell_change();
}

// Makes the attempt, where it is wanted or there is something of it.
void LauncherActor::take_wish(const AttemptId& id) {
    const std::lock_guard lock(mutex_);
    const auto wish = wishes_.find(id);
    if (wish == wishes_.end() && tools_.view->find(id) == nullptr && !attempts_.contains(id)) {
        return;
    }
    const auto [found, is_new] = attempts_.try_emplace(id);
    ClusterAttempt& attempt = found->second;
    attempt.id = id;
    attempt.status.id = id;
    const Instant now = tools_.clock.now();
    if (is_new) {
        attempt.wish.ordered_at = now;
        attempt.wish.prepared_at = now;
    }
    if (wish == wishes_.end()) return;
    const Instant ordered_at = attempt.wish.ordered_at;
    const Instant prepared_at = attempt.wish.prepared_at;
    attempt.wish = wish->second;
    if (attempt.wish.ordered_at == Instant{}) attempt.wish.ordered_at = ordered_at;
    if (attempt.wish.prepared_at == Instant{}) attempt.wish.prepared_at = prepared_at;
}

LauncherActor::Next LauncherActor::step(ClusterAttempt& attempt) {
    see(attempt);
    place(attempt);
    if (attempt.wish.forget || preparation_.is_stale(attempt)) {
        return removal_.advance(attempt) ? Next::drop : Next::keep;
    }
    if (!attempt.removed.empty()) {  // it was stale, and is wanted after all
        attempt.removed.clear();
        attempt.has_secret = false;
    }
    preparation_.advance(attempt);
    if (attempt.is_over) return Next::keep;
    if (attempt.is_accepted) {
        following_.advance(attempt);
    } else if (attempt.wish.order) {
        submission_.advance(attempt);
        if (!attempt.is_over) explain_late(attempt, tools_);
    }
    return Next::keep;
}

// What the cluster has of it was accepted, whoever knows of that.
void LauncherActor::see(ClusterAttempt& attempt) {
    const ClusterView::Objects* objects = tools_.view->find(attempt.id);
    if (objects == nullptr) return;
    if (objects->job) {
        attempt.job = objects->job;
        attempt.job_is_missing = false;
        attempt.namespace_name = objects->job->namespace_name;
    }
    const PodSight* pod = nullptr;
    if (!objects->pods.empty()) pod = &objects->pods.begin()->second;
    if (pod == nullptr && !objects->image_pulls.empty()) {
        pod = &objects->image_pulls.begin()->second;
    }
    if (attempt.namespace_name.empty() && pod != nullptr) {
        attempt.namespace_name = pod->namespace_name;
    }
    const bool is_in_cluster = objects->job || !objects->pods.empty();
    if (is_in_cluster && !attempt.is_accepted && !attempt.is_over) submission_.accept(attempt);
}

void LauncherActor::place(ClusterAttempt& attempt) {
    const auto& order = attempt.wish.order ? attempt.wish.order : attempt.wish.prepare;
    if (order) {
        attempt.namespace_name = namespace_of(tools_.options, order->team);
        attempt.work_folder = work_folder_name(*order);
        const std::set<std::string> nodes(order->nodes.begin(), order->nodes.end());
        attempt.nodes.assign(nodes.begin(), nodes.end());
    }
    if (attempt.namespace_name.empty()) attempt.namespace_name = tools_.options.namespace_name;
    if (attempt.work_folder.empty()) attempt.work_folder = attempt.id.reservation.text();
    in_folder_[attempt.work_folder].insert(attempt.id);
    if (attempt.nodes.empty()) attempt.nodes = nodes_by_cluster(attempt);
}

// Of a Job that an earlier life of the server submitted.
std::vector<std::string> LauncherActor::nodes_by_cluster(const ClusterAttempt& attempt) const {
    if (attempt.job) {
        const auto gpus = attempt.job->annotations.find(annotation::gpus);
        if (gpus != attempt.job->annotations.end()) return nodes_in(gpus->second);
    }
    const ClusterView::Objects* objects = tools_.view->find(attempt.id);
    std::set<std::string> nodes;
    if (objects != nullptr) {
        for (const auto& [name, pod] : objects->pods) nodes.insert(node_of(pod));
    }
    nodes.erase("");
    return {nodes.begin(), nodes.end()};
}

// Another attempt may still write to the same folder.
bool LauncherActor::is_blocked(const ClusterAttempt& attempt) const {
    const auto found = in_folder_.find(attempt.work_folder);
    if (found == in_folder_.end()) return false;
    return std::ranges::any_of(found->second, [&](const AttemptId& other) {
        if (other == attempt.id) return false;
        const auto known = attempts_.find(other);
        const bool goes_on =
            known != attempts_.end() && known->second.is_accepted && !known->second.is_over;
        return goes_on || tools_.view->has_live_pods(other);
    });
}

void LauncherActor::drop(const AttemptId& id) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end()) return;
    std::set<AttemptId>& beside = in_folder_[found->second.work_folder];
    beside.erase(id);
    if (beside.empty()) in_folder_.erase(found->second.work_folder);
    attempts_.erase(found);
    schedule(id, std::nullopt);
    if (!drop_wish(id)) touch(id);
}

// False: it was ordered since its last step took its wish, and begins anew.
bool LauncherActor::drop_wish(const AttemptId& id) {
    const std::lock_guard lock(mutex_);
    const auto wish = wishes_.find(id);
    if (wish != wishes_.end() && wish->second.order && !wish->second.forget) return false;
    wishes_.erase(id);
    published_.erase(id);
    return true;
}

bool LauncherActor::publish(const ClusterAttempt& attempt) {
    const std::lock_guard lock(mutex_);
    const auto wish = wishes_.find(attempt.id);
    const bool is_forgotten = wish != wishes_.end() && wish->second.forget;
    if (!attempt.is_real() || is_forgotten) return published_.erase(attempt.id) > 0;
    const auto found = published_.find(attempt.id);
    if (found != published_.end() && is_same(found->second, attempt.status)) return false;
    published_[attempt.id] = attempt.status;
    return true;
}

bool LauncherActor::publish_all() {
    const std::lock_guard lock(mutex_);
    const auto next = schedule_.empty() ? std::nullopt : std::optional(schedule_.begin()->first);
    if (next != next_wake_) {
        next_wake_ = next;
        wake_moved_ = true;
        time_moved_.notify_all();
    }
    if (knows_all_ || !tools_.view->is_complete() || !dirty_.empty()) return false;
    knows_all_ = true;
    return true;
}

void LauncherActor::schedule(const AttemptId& id, std::optional<Instant> when) {
    if (const auto found = wakes_.find(id); found != wakes_.end()) {
        if (when == found->second) return;
        schedule_.erase({found->second, id});
        wakes_.erase(found);
    }
    if (!when) return;
    wakes_.emplace(id, *when);
    schedule_.insert({*when, id});
}

void LauncherActor::tell_change() {
    const std::lock_guard lock(call_mutex_);
    if (changed_) changed_();
}

void LauncherActor::hold_to_time() {
    std::unique_lock lock(mutex_);
    while (!closing_) {
        wake_moved_ = false;
        const Instant now = tools_.clock.now();
        if (next_wake_ && *next_wake_ <= now) {
            next_wake_.reset();
            tools_.client.call([weak = weak_from_this()] {
                if (const auto self = weak.lock()) self->look_at_due();
            });
        }
        const Instant latest = now + longest_wait;
        tools_.clock.wait_until(lock, time_moved_, std::min(next_wake_.value_or(latest), latest),
                                [this] { return closing_ || wake_moved_; });
    }
}

void LauncherActor::look_at_due() {
    const Instant now = tools_.clock.now();
    std::vector<AttemptId> due;
    for (const auto& [when, id] : schedule_) {
        if (when > now) break;
        due.push_back(id);
    }
    for (const AttemptId& id : due) {
        schedule(id, std::nullopt);
        touch(id);
    }
    step_soon();  // tells the next time in any case
}

void LauncherActor::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        time_moved_.notify_all();
    }
    std::promise<void> closed;
    tools_.client.call([this, &closed] {
        alive_.reset();
        if (tools_.logs) tools_.logs->close();
        tools_.view.reset();
        tools_.record.reset();
        closed.set_value();
    });
    closed.get_future().wait();
}

}  // namespace berth
