// What a running attempt's objects say beside what they were made with: the notice on each pod,
// which its job reads as a file, and the end of its time on the Job. Level-triggered: they are
// compared with what is wanted, so each pod is told once, and one that appears later as well.
#pragma once

#include "kubernetes/launcher_tools.hpp"

namespace berth {

class PodNotes {
public:
    explicit PodNotes(LauncherTools& tools) : tools_(tools) {}

    void advance(ClusterAttempt& attempt, const AttemptSight& sight);

private:
    void show_notice(ClusterAttempt& attempt, const PodSight& pod);
    void show_end(ClusterAttempt& attempt, const JobSight& job);
    void annotate(ClusterAttempt& attempt, const std::string& purpose, const std::string& path,
                  const char* annotation, const std::optional<std::string>& text);
    [[nodiscard]] std::string notice_text(const WantedNotice& notice) const;

    LauncherTools& tools_;
};

}  // namespace berth
