// The ordinary queue: jobs shorter than a slot run in the gaps between reservations and never delay
// one. Conservative backfill: each has a planned start that no later job may delay.
#pragma once

#include <expected>
#include <map>
#include <vector>

#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_enqueue(Turn& turn, const Enqueue& command);

// When each queued job would start if nothing else came, in the queue's order.
struct PlannedStart {
    ReservationId id;
    std::optional<Instant> at;  // absent: not within the horizon, or its GPUs are gone
    std::vector<std::string> gpus;
};
std::vector<PlannedStart> planned_starts(const State& state, Instant now);

// settle(): starts what fits now.
void run_queue(Turn& turn);

}  // namespace berth
