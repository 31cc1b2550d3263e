// Never squatted: a reservation without a job is for somebody who shows up, and one that runs is
// for GPUs in use. Who does not show up, and GPUs that show no use, are warned and then released.
#pragma once

#include <expected>
#include <optional>

#include "engine/turn.hpp"

namespace berth {

// Its owner, or whoever may change it, is there. Refusal: wrong_state when it has not begun, has a
// job, or is over.
std::expected<void, Refusal> decide_check_in(Turn& turn, const CheckIn& command);
// What its GPUs show; use counts as checking in. Nothing happens when it does not run.
std::expected<void, Refusal> decide_use(Turn& turn, const ReportUse& command);

// When to warn or to release next, if ever.
std::optional<Instant> presence_due_at(const Reservation& reservation, const Policy& policy);
// Tick: warns, or releases what was warned.
void look_for_presence(Turn& turn, const Reservation& reservation);

}  // namespace berth
