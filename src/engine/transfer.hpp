// Handing a reservation to another person or team.
#pragma once

#include <expected>

#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_transfer(Turn& turn, const Transfer& command);
// Yes or no to what is open: an offered window, or a transfer.
std::expected<void, Refusal> decide_accept(Turn& turn, const Accept& command);
std::expected<void, Refusal> decide_decline(Turn& turn, const Decline& command);

}  // namespace berth
