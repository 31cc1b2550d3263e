// Never squatted: a reservation without a job is for somebody who shows up, and one that runs is
// for GPUs in use.
#pragma once

#include <expected>

#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_check_in(Turn& turn, const CheckIn& command);
std::expected<void, Refusal> decide_use(Turn& turn, const ReportUse& command);

// When to warn or to release next, if ever.
std::optional<Instant> presence_due_at(const Reservation& reservation, const Policy& policy);
// Tick: warns, or releases what was warned.
void look_for_presence(Turn& turn, const Reservation& reservation);

}  // namespace berth
