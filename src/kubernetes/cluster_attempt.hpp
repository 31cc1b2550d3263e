// One attempt as the cluster launcher knows it: what is wanted of it, what has been done, and what
// became of it. Belongs to the client's thread; the wish alone is copied from others'.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/sights.hpp"

namespace berth {

using SteadyTime = std::chrono::steady_clock::time_point;

struct WantedNotice {
    std::string kind;
    Instant deadline;
    std::string message;

    // The same notice is told once, however the seconds that are left are worded.
    bool operator==(const WantedNotice& other) const {
        return kind == other.kind && deadline == other.deadline;
    }
};

// What was asked for, by the follower. Null and empty: nothing yet.
struct AttemptWish {
    std::shared_ptr<const AttemptOrder> prepare;
    std::shared_ptr<const AttemptOrder> order;
    Instant ordered_at = {};  // by the site's clock, as all times here
    Instant prepared_at = {};
    std::optional<Instant> ends_at = {};
    bool stop = false;
    bool forget = false;
    bool knows_notice = false;  // told of one, or that there is none
    std::optional<WantedNotice> notice = {};
};

// Whether the acceptance record, on this machine's disk, has something.
enum class InRecord { no, soon, yes };

struct ClusterAttempt {
    AttemptId id;
    AttemptWish wish = {};
    std::string namespace_name = {};
    std::string work_folder = {};
    std::vector<std::string> nodes = {};  // that it is pinned to, each once

    // Submission.
    bool is_accepted = false;
    bool is_under_way = false;  // a request of its submission is
    bool has_secret = false;
    std::string refusal = {};  // why the last try failed
    int refusals = 0;          // one after another
    SteadyTime next_try = {};

    // What was seen.
    std::optional<JobSight> job = {};              // as it was seen last
    bool job_is_missing = false;                   // the API server was asked for it, and has none
    std::optional<SteadyTime> jobless_since = {};  // accepted, and no Job of it is seen
    std::optional<SteadyTime> over_since = {};     // all pods that were seen are over
    std::optional<SteadyTime> troubled_since = {};
    std::optional<SteadyTime> podless_since = {};                  // it may have pods, and has none
    std::optional<SteadyTime> waiting_since = {};                  // accepted, and not running
    std::string step = {};                                         // of its start, in words, …
    SteadyTime step_since = {};                                    // … and since when it is at that
    std::map<std::string, std::vector<PodSight>> neighbours = {};  // by node, while it waits
    std::optional<Instant> seen_running = {};
    std::optional<Instant> seen_ended = {};

    // Ending.
    std::string stop = {};       // why, once it is to stop: what stands in the Job's annotation
    bool stop_is_known = false;  // … and does
    InRecord stop_recorded = InRecord::no;
    std::optional<Instant> kill_at = {};
    std::optional<SteadyTime> logs_since = {};     // the streams were asked for
    std::optional<SteadyTime> telling_since = {};  // why it is to stop
    std::map<std::string, SteadyTime> asked = {};  // when what was last asked for, by what
    std::set<std::string> awaited = {};            // of that: what has no answer yet

    bool token_is_withdrawn = false;

    // Preparation.
    InRecord prepared = InRecord::no;  // that it is
    std::set<std::string> pulled_on = {};

    // Devices.
    std::map<std::string, std::vector<int>> devices = {};  // by pod
    std::set<std::string> reading = {};
    std::map<std::string, int> failed_reads = {};

    AttemptStatus status = {};
    bool is_over = false;      // … is how it ended, and its logs are here
    bool is_recorded = false;  // the record has it as accepted
    std::optional<Instant> next_wake = {};
    std::set<std::string> removed = {};  // what of it is gone, once it is to be forgotten

    // It is Berth's to tell of: ordered, or found in the cluster.
    [[nodiscard]] bool is_real() const { return wish.order || is_accepted || is_over; }
};

}  // namespace berth
