// Reading a wish for GPUs from a body; one place, because its parser is slow to compile.
#pragma once

#include <expected>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "booking/request.hpp"

namespace berth {

std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request);

}  // namespace berth
