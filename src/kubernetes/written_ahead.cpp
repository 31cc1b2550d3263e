#include "kubernetes/written_ahead.hpp"

#include <utility>

namespace berth {

bool is_written_down(ClusterAttempt& attempt, const LauncherTools& tools) {
    using Prepared = ClusterAttempt::Prepared;
    if (attempt.is_recorded || attempt.prepared == Prepared::recorded) return true;
    if (attempt.prepared == Prepared::being_recorded) return false;
    attempt.prepared = Prepared::being_recorded;
    RecordLine line;
    line.step = RecordedStep::prepared;
    line.reservation = attempt.id.reservation;
    line.attempt = attempt.id.number;
    line.namespace_name = attempt.namespace_name;
    tools.record->note(std::move(line), [&tools, id = attempt.id] {
        ClusterAttempt* noted = tools.find(id);
        if (noted == nullptr) return;
        noted->prepared = Prepared::recorded;
        tools.touch(id);
    });
    return false;
}

}  // namespace berth
