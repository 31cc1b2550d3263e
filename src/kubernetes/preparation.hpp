// What is done ahead of a start: the Secret, and on each node a pod that pulls the image. Those
// pods go when they are over or their attempt has begun; what was prepared for a start that never
// comes goes an hour after it was to be.
#pragma once

#include "kubernetes/launcher_tools.hpp"
#include "kubernetes/submission.hpp"

namespace berth {

class Preparation {
public:
    Preparation(LauncherTools& tools, Submission& submission)
        : tools_(tools), submission_(submission) {}

    // Precondition: it is not to be forgotten.
    void advance(ClusterAttempt& attempt);
    // Nobody will start it any more.
    [[nodiscard]] bool is_stale(ClusterAttempt& attempt) const;

private:
    void pull_on(ClusterAttempt& attempt, const std::string& node);
    void remove_pods(ClusterAttempt& attempt);

    LauncherTools& tools_;
    Submission& submission_;
};

}  // namespace berth
