// What the launcher tells of a job: it runs, it saved, it is gone.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_attempt_started(Turn& turn, const AttemptStarted& command);
std::expected<void, Refusal> decide_attempt_ended(Turn& turn, const AttemptEnded& command);
std::expected<void, Refusal> decide_save_checkpoint(Turn& turn, const SaveCheckpoint& command);

// The reservation, when that attempt of it is under way.
std::expected<const Reservation*, Refusal> look_up_attempt(const State& state, ReservationId id,
                                                           int attempt);

}  // namespace berth
