#include "api/reservation_request.hpp"

#include "api/body.hpp"
#include "json/schema.hpp"

namespace berth {

std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request) {
    return read_body<ReservationRequest>(request);
}

boost::json::value reservation_request_schema(json::SchemaBook& book) {
    return book.accepted<ReservationRequest>();
}

std::expected<ReservationChange, Problem> read_reservation_change(const Request& request) {
    return read_body<ReservationChange>(request);
}

boost::json::value reservation_change_schema(json::SchemaBook& book) {
    return book.accepted<ReservationChange>();
}

}  // namespace berth
