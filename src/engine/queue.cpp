#include "engine/queue.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<void, Refusal> decide_enqueue(Turn&, const Enqueue&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::vector<PlannedStart> planned_starts(const State&, Instant) {
    return {};
}

void run_queue(Turn&) {}

}  // namespace berth
