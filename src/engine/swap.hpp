// A job got other GPUs of a node than were assumed, where something else than Berth chooses among
// them. The names follow: on each node the assumed GPU and the real one trade places for everybody
// who holds one of them from now on. Nobody's window changes, nor how many GPUs anybody has where.
#pragma once

#include <expected>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "booking/command.hpp"
#include "engine/turn.hpp"

namespace berth {

// Nothing happens when it has these GPUs already. Refusals: not_found and wrong_state as of an
// attempt; unknown_gpu for one that is not there; bad_request for another number of GPUs, another
// node or another kind; conflict when somebody asked for one of them by its name.
std::expected<void, Refusal> decide_devices(Turn& turn, const ReportDevices& command);

// Who lives and has one of these GPUs from now on.
std::set<ReservationId> affected_by(const State& state, const std::vector<GpuSwap>& swaps,
                                    Instant now);
// As they stand between: without the GPUs that change, so that each may take what another gives.
std::vector<std::shared_ptr<const Reservation>> vacated_by(const State& state,
                                                           const GpusSwapped& event, Instant now);
// The swap in the calendar and in all reservations, but for their revisions.
void exchange(State& state, const GpusSwapped& event, Instant now);

}  // namespace berth
