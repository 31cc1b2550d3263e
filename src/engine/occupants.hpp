// Who uses GPUs without a reservation: kept and shown, and operators are told when somebody with a
// reservation begins there soon. Whether they are removed is not the engine's affair.
#pragma once

#include <expected>

#include "booking/command.hpp"
#include "engine/turn.hpp"

namespace berth {

// The report names all of them; who is known already is no news, whatever it says of their time.
std::expected<void, Refusal> decide_occupants(Turn& turn, const ReportOccupants& command);

}  // namespace berth
