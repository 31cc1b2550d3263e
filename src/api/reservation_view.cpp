#include "api/reservation_view.hpp"

#include <boost/json.hpp>

#include "json/schema.hpp"
#include "json/text.hpp"

namespace berth {

boost::json::object reservation_object(const Reservation& reservation, ProgressBoard& board) {
    boost::json::object object = json::print(reservation).as_object();
    object["progress"] = nullptr;
    // Before its first start nothing can have been reported.
    if (reservation.attempt == 0) return object;
    if (const auto latest = board.latest(reservation.id)) {
        object["progress"] = boost::json::parse(latest->report);
    }
    return object;
}

std::string reservation_text(const Reservation& reservation, ProgressBoard& board) {
    std::string text = "{";
    json::append_members(text, reservation);
    text += ",\"progress\":";
    // Before its first start nothing can have been reported.
    const auto latest = reservation.attempt > 0 ? board.latest(reservation.id) : std::nullopt;
    return text + (latest ? latest->report : "null") + "}";
}

boost::json::value reservation_schema(json::SchemaBook& book) {
    return book.named("Reservation", [&] {
        auto schema = json::detail::struct_schema<Reservation, json::detail::Direction::out>(book);
        json::add_member(
            schema, "progress",
            boost::json::object{
                {"type", {"object", "null"}},
                {"description", "The last report of its job that named epochs, as it was sent"}},
            json::Presence::required);
        return schema;
    });
}

std::string reservation_tag(const Reservation& reservation) {
    return entity_tag(std::to_string(reservation.revision));
}

Response reservation_response(int status, const Reservation& reservation, ProgressBoard& board) {
    auto response = json_response(status, reservation_text(reservation, board));
    response.headers["ETag"] = reservation_tag(reservation);
    return response;
}

}  // namespace berth
