#include "api/reservation_request.hpp"

#include "api/body.hpp"

namespace berth {

std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request) {
    return read_body<ReservationRequest>(request);
}

}  // namespace berth
