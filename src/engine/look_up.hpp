// Finding the reservation that a command is about, or the sentence why it is not to be had.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "booking/refusal.hpp"
#include "engine/state.hpp"

namespace berth {

// Who the parts of Berth itself act as.
inline const std::string system_actor = "berth";

std::expected<const Reservation*, Refusal> look_up(const State& state, ReservationId id);

// The reservation, when `actor` may change it and it is still at the revision the caller saw.
std::expected<const Reservation*, Refusal> look_up_own(const State& state, ReservationId id,
                                                       std::optional<std::uint64_t> if_revision,
                                                       const std::string& actor);

}  // namespace berth
