// The ordinary queue: jobs shorter than a slot run in the gaps between reservations and never delay
// one. Conservative backfill: each has a planned start that no job after it in the order may delay.
//
// The order is priority, then the team's recent use (GPU-hours held in the last seven days), then
// age; so the jobs of a team that has used little go before those that waited longer. A P0 job only
// goes first: to evict somebody, make a reservation. A job whose team has no quota left is passed
// over until the quota frees. The plan looks a day ahead, and at the first hundred jobs that
// cannot start at once; those behind them have no planned start yet.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "engine/turn.hpp"

namespace berth {

// Refusals: bad_request, too_long_for_queue, and those of a reservation's GPUs, team and priority.
std::expected<void, Refusal> decide_enqueue(Turn& turn, const Enqueue& command);

// A queue job was evicted: queues its continuation, as old as it is. Returns the new job's id.
ReservationId requeue(Turn& turn, const Reservation& victim, const std::string& why);

// When each queued job would start if nothing else came, in the queue's order.
struct PlannedStart {
    ReservationId id;
    std::optional<Instant> at;  // absent: not within a day, or its GPUs are gone
    std::vector<std::string> gpus;
};
std::vector<PlannedStart> planned_starts(const State& state, Instant now);

// settle(): gives their windows to the jobs that fit now. The Tick that is due at once starts them.
void run_queue(Turn& turn);

}  // namespace berth
