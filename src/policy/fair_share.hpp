// In which order queued jobs get their turn: by priority, then the team that has used least lately,
// then age. Each job that gets its turn counts at once for its team, so that teams alternate
// instead of one going first with all it has; a team that is new comes first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "booking/reservation.hpp"
#include "time/instant.hpp"

namespace berth {

struct WaitingJob {
    ReservationId id;
    Priority priority = Priority::P2;
    std::string team;
    Instant since;
    double gpu_hours = 0;  // what it will use at most
};

// What a team has used lately, in GPU-hours; who is not there has used nothing.
using UsedHours = std::map<std::string, double>;

// Complexity: n log n.
std::vector<ReservationId> fair_order(const std::vector<WaitingJob>& jobs, UsedHours used);

}  // namespace berth
