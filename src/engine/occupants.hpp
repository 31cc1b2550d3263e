// Who uses GPUs without a reservation: kept and shown, and operators are told once when somebody
// with a reservation begins there within a day, whoever of the two came first. Whether they are
// removed is not the engine's affair.
#pragma once

#include <expected>

#include "booking/command.hpp"
#include "engine/turn.hpp"

namespace berth {

// The report names all of them; who is known already is no news, whatever it says of their time.
std::expected<void, Refusal> decide_occupants(Turn& turn, const ReportOccupants& command);

// After each command: who stands in the way of a booking by now, and was not told of as such. It
// comes again by itself when a booking there is a day ahead.
void tell_of_who_is_in_the_way(Turn& turn);

}  // namespace berth
