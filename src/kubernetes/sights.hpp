// What Berth keeps of the objects it watches: a few fields of each, so that thousands fit in little
// memory. Reading them never fails; what is missing or strange is as if it were not said.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

struct Condition {
    std::string type;
    std::string status;  // "True", "False", "Unknown"
    std::string reason;
    std::string message;
    std::optional<Instant> since;  // lastTransitionTime
};

struct ContainerEnd {
    int exit_code = 0;
    std::string reason;   // "Completed", "Error", "OOMKilled"
    std::string message;  // its termination message: the last lines of its log
    std::optional<Instant> started_at;
    std::optional<Instant> finished_at;
};

struct PodSight {
    std::string name;
    std::string namespace_name;
    std::string uid;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;  // Berth's own, but for the workload
    std::string owner;    // "Job berth-r-17-1": its controller; may be empty
    std::string job_uid;  // the uid of that controller
    std::string service_account;
    std::string node;    // where it is bound; empty: nowhere yet
    int gpus = 0;        // the sum of its containers' limits
    std::string image;   // of its container
    std::string phase;   // "Pending", "Running", "Succeeded", "Failed", "Unknown"
    std::string reason;  // of the pod: "Evicted", "NodeLost", "DeadlineExceeded"
    std::string message;
    std::vector<Condition> conditions;
    std::optional<Instant> created_at;
    std::optional<Instant> deleted_at;  // deletionTimestamp: when its grace ends
    std::optional<Instant> deletion_began_at;
    std::optional<Instant> running_since;  // of its container
    std::optional<Condition> waiting;      // its container's: reason and message
    std::optional<ContainerEnd> end;       // its container's
    std::optional<int> earlier_code;       // of the pod that had its name before
    bool is_gone = false;  // deleted: this is how it was seen last. Set by whoever watches
};
// `resource`: the name under which GPUs are counted, such as nvidia.com/gpu. `before`: the same pod
// as it was seen last, which knows better when its deletion began: its node moves that when it is
// over.
PodSight pod_sight(const boost::json::object& pod, const std::string& resource,
                   const PodSight* before = nullptr);

struct JobSight {
    std::string name;
    std::string namespace_name;
    std::string uid;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
    std::string phase;  // Volcano's: "Pending", "Running", "Completing", "Completed", "Aborted", …
    std::string message;
    int pods = 0;  // spec.minAvailable
    std::optional<Instant> created_at;
    std::optional<Instant> deleted_at;
};
JobSight job_sight(const boost::json::object& job);

struct PodGroupSight {
    std::string name;
    std::string job_uid;  // of the Job that owns it
    std::string phase;    // "Pending", "Inqueue", "Running", "Unknown"
    std::vector<Condition> conditions;
};
PodGroupSight pod_group_sight(const boost::json::object& group);

// Some refusals are told nowhere else: a quota's or a webhook's of a Job's pods, a volume that
// cannot be mounted.
struct EventSight {
    std::string kind;  // of what it is about: "Job", "Pod"
    std::string name;  // … and its name
    std::string type;  // "Warning", "Normal"
    std::string reason;
    std::string message;
    std::optional<Instant> at;  // the last time
};
EventSight event_sight(const boost::json::object& event);

struct NodeSight {
    std::string name;
    std::string address;  // its InternalIP, else its name
    std::map<std::string, std::string> labels;
    int gpus = 0;  // capacity, or what the label nvidia.com/gpu.count says if that is more
    int allocatable = 0;
    bool is_ready = false;
    std::optional<Instant> not_ready_since;
    bool is_cordoned = false;
    std::vector<Toleration>
        taints;  // those with effect NoSchedule or NoExecute, apart from cordons
    std::vector<std::string> images;  // names that are on the node
};
NodeSight node_sight(const boost::json::object& node, const std::string& resource);

}  // namespace berth
