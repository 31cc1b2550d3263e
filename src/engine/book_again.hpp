// A new window for whoever lost theirs: the nearest one, at what they had asked for, never earlier
// than what they lost. Counted GPUs may become others; named ones stay the same.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/turn.hpp"
#include "engine/wish.hpp"

namespace berth {

// What the reservation asked for, as the fleet stands; none while it could not be had at all
// because GPUs are down or gone.
std::optional<WishedGpus> gpus_asked_by(const State& state, const Reservation& reservation);

// How many slots its lost window touched.
std::int32_t slots_lost_by(const State& state, const Reservation& reservation);

// The first window of that many slots that begins at `not_before` or later, and not before now.
std::optional<Placement> nearest_window(const State& state, const WishedGpus& gpus,
                                        std::int32_t slots, Instant not_before, Instant now);

// Books it again in its nearest window of that length, at its wish; it is `displaced`. Returns
// whether there was one; it goes on waiting otherwise.
bool book_again(Turn& turn, ReservationId displaced, const std::string& why);

}  // namespace berth
