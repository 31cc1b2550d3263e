// Lists of reservations in an order of their own, each with what belongs to its place in it:
// {"items":[…],"next":null}.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <vector>

#include "api/message.hpp"
#include "api/progress_board.hpp"
#include "booking/reservation.hpp"
#include "json/schema_book.hpp"

namespace berth {

struct Listed {
    std::shared_ptr<const Reservation> reservation;
    boost::json::object more;  // members beside the reservation's own
};

Response list_response(const std::vector<Listed>& items, ProgressBoard& board);
// `name`: of an item; `more`: the properties that it has beside a reservation's.
boost::json::value listed_schema(json::SchemaBook& book, const std::string& name,
                                 const boost::json::object& more);

// Where it stands among those that wait, from 1; null when it does not wait.
boost::json::value position_schema();

}  // namespace berth
