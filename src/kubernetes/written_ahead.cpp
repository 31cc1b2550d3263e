#include "kubernetes/written_ahead.hpp"

#include <utility>

namespace berth {

bool is_written_down(ClusterAttempt& attempt, const LauncherTools& tools) {
    if (attempt.is_recorded || attempt.prepared == InRecord::yes) return true;
    if (attempt.prepared == InRecord::soon) return false;
    attempt.prepared = InRecord::soon;
    RecordLine line;
    line.step = RecordedStep::prepared;
    line.reservation = attempt.id.reservation;
    line.attempt = attempt.id.number;
    line.namespace_name = attempt.namespace_name;
    tools.record->note(std::move(line), [&tools, id = attempt.id] {
        ClusterAttempt* noted = tools.find(id);
        if (noted == nullptr) return;
        noted->prepared = InRecord::yes;
        tools.touch(id);
    });
    return false;
}

}  // namespace berth
