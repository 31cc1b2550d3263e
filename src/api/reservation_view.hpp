// How a reservation looks in answers: its described fields, and its progress.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "api/message.hpp"
#include "api/progress_board.hpp"
#include "booking/reservation.hpp"
#include "json/schema_book.hpp"

namespace berth {

boost::json::object reservation_object(const Reservation& reservation, ProgressBoard& board);
// The same as text, many times as fast.
std::string reservation_text(const Reservation& reservation, ProgressBoard& board);
boost::json::value reservation_schema(json::SchemaBook& book);
std::string reservation_tag(const Reservation& reservation);  // "\"17\"", its revision
Response reservation_response(int status, const Reservation& reservation, ProgressBoard& board);

}  // namespace berth
