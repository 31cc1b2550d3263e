// One attempt on a cluster, whose sights a test sets up.
#pragma once

#include <gmock/gmock.h>

#include <deque>

#include "kubernetes/assessment.hpp"
#include "kubernetes/names.hpp"
#include "seen.hpp"

namespace berth {

class AssessmentTest : public testing::Test {
protected:
    using Phase = AttemptStatus::Phase;

    static Instant minute(int minutes) {
        return *parse_rfc3339("2026-11-30T20:00:00Z") + std::chrono::minutes(minutes);
    }

    void gang(int pods, const std::string& phase = "Running") {
        job_.name = "berth-r-1-1";
        job_.pods = pods;
        job_.phase = phase;
        sight_.job = &job_;
    }
    void stopped(const std::string& why) { job_.annotations[annotation::stop] = why; }

    // Pinned to a node of its own, "gpu-<rank>", that is well.
    PodSight& pod(const std::string& phase) {
        const auto rank = pods_.size();
        PodSight& pod = pods_.emplace_back();
        pod.name = pod_name("berth", {{.number = 1}, 1}, static_cast<int>(rank));
        pod.namespace_name = "berth-jobs";
        pod.labels[label::rank] = std::to_string(rank);
        const std::string node = "gpu-" + std::to_string(rank);
        pod.annotations[annotation::gpus] = node + "/0," + node + "/1";
        pod.image = "team/yolo:1";
        pod.gpus = 2;
        pod.phase = phase;
        sight_.pods.push_back(&pod);
        this->node(node);
        if (phase != "Pending") pod.node = node;
        if (phase == "Running") pod.running_since = minute(0);
        return pod;
    }
    PodSight& running() { return pod("Running"); }
    PodSight& over(int exit_code, Instant when, const std::string& message = {}) {
        PodSight& pod = this->pod(exit_code == 0 ? "Succeeded" : "Failed");
        pod.running_since = minute(0);
        pod.end = ContainerEnd{exit_code, exit_code == 0 ? "Completed" : "Error", message,
                               minute(0), when};
        return pod;
    }
    PodSight& unplaced(const std::string& message) {
        PodSight& pod = this->pod("Pending");
        pod.conditions.push_back({"PodScheduled", "False", "Unschedulable", message, {}});
        return pod;
    }
    PodSight& waiting(const std::string& reason, const std::string& message) {
        PodSight& pod = this->pod("Pending");
        pod.node = "gpu-" + pod.labels[label::rank];
        pod.waiting = Condition{{}, {}, reason, message, {}};
        return pod;
    }
    NodeSight& node(const std::string& name) {
        NodeSight& node = nodes_.emplace_back();
        node.name = name;
        node.gpus = node.allocatable = 4;
        node.is_ready = true;
        sight_.nodes.push_back(&node);
        sight_.pinned_to.push_back(name);
        return node;
    }
    void warn(const std::string& kind, const std::string& name, const std::string& reason,
              const std::string& message) {
        sight_.warnings.push_back(
            &warnings_.emplace_back(EventSight{kind, name, "Warning", reason, message, minute(1)}));
    }
    AttemptStatus status() { return assess({{.number = 1}, 1}, sight_); }

    JobSight job_;
    PodGroupSight group_;
    std::deque<PodSight> pods_;
    std::deque<NodeSight> nodes_;
    std::deque<EventSight> warnings_;
    AttemptSight sight_;
};

}  // namespace berth
