// The cluster launcher's single thread of thought: what is wanted comes in from any thread, all
// work is done on the API client's, in small steps, one attempt at a time, and what became of each
// goes out to whoever asks. An attempt is looked at when it is wanted otherwise, when the cluster
// shows something new of it, or when its time has come.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kubernetes/following.hpp"
#include "kubernetes/preparation.hpp"
#include "kubernetes/removal.hpp"
#include "kubernetes/submission.hpp"

namespace berth {

class LauncherActor : public std::enable_shared_from_this<LauncherActor> {
public:
    // Throws std::runtime_error when the folder of logs cannot be made.
    static std::shared_ptr<LauncherActor> make(ApiClient& client, ClockPort& clock,
                                               KubernetesOptions options,
                                               std::function<void(const std::string&)> report);

    // From any thread.
    void on_change(std::function<void()> call);
    bool knows_all();
    std::vector<AttemptStatus> statuses();
    void prepare(const AttemptOrder& order);
    // From now on it is told of: as waiting, or as what the cluster says already.
    void order(const AttemptOrder& order);
    // Changes what is wanted of an attempt that is told of, and looks at it soon if `change` says
    // that it did.
    void want(const AttemptId& id, const std::function<bool(AttemptWish&)>& change);
    void forget(const AttemptId& id);
    [[nodiscard]] std::filesystem::path log_file(const AttemptId& id) const;

    // Waits for the site's clock and looks at what is due, until `close`.
    void hold_to_time();
    // Not from the client's thread. Nothing is called any more when it returns.
    void close();

private:
    LauncherActor(ApiClient& client, ClockPort& clock, KubernetesOptions options,
                  std::function<void(const std::string&)> report);
    void begin(AcceptanceRecord record);
    void recall(const AcceptanceRecord& record);

    void touch(const AttemptId& id);
    void touch_all();
    void step_soon();
    enum class Next { keep, drop };
    void step();
    Next step(ClusterAttempt& attempt);
    void take_wish(const AttemptId& id);
    void see(ClusterAttempt& attempt);
    void place(ClusterAttempt& attempt);
    [[nodiscard]] std::vector<std::string> nodes_by_cluster(const ClusterAttempt& attempt) const;
    [[nodiscard]] std::set<std::string> recorded_namespaces() const;
    void drop(const AttemptId& id);
    bool drop_wish(const AttemptId& id);
    void look_at_due();
    [[nodiscard]] bool is_blocked(const ClusterAttempt& attempt) const;
    // True: somebody wants to know.
    bool publish(const ClusterAttempt& attempt);
    bool publish_all();
    void schedule(const AttemptId& id, std::optional<Instant> when);
    void tell_change();

    // Of the client's thread alone.
    std::shared_ptr<void> alive_ = std::make_shared<int>();  // until it is closed
    LauncherTools tools_;
    Submission submission_;
    Following following_;
    Preparation preparation_;
    Removal removal_;
    std::map<AttemptId, ClusterAttempt> attempts_;
    std::map<std::string, std::set<AttemptId>> in_folder_;  // by work folder
    std::map<AttemptId, Instant> wakes_;
    std::set<std::pair<Instant, AttemptId>> schedule_;

    std::mutex mutex_;  // guards what follows
    std::map<AttemptId, AttemptWish> wishes_;
    std::set<AttemptId> dirty_;
    std::map<AttemptId, AttemptStatus> published_;
    bool step_is_due_ = false;
    bool knows_all_ = false;
    bool closing_ = false;
    bool wake_moved_ = false;
    std::optional<Instant> next_wake_;
    std::condition_variable time_moved_;

    std::mutex call_mutex_;  // held while `changed_` is called or replaced
    std::function<void()> changed_;
};

}  // namespace berth
