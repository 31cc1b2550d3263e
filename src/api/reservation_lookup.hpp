// Finds a reservation wherever it is known: the engine forgets what ended long ago, the history
// does not.
#pragma once

#include <expected>
#include <memory>

#include "api/context.hpp"
#include "api/message.hpp"
#include "api/problem.hpp"

namespace berth {

// The route's {id}; what cannot be an id is not there.
std::expected<ReservationId, Problem> reservation_id_of(const Request& request);

std::expected<std::shared_ptr<const Reservation>, Problem> find_reservation(
    const ApiContext& context, ReservationId id);

}  // namespace berth
