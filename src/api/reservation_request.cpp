#include "api/reservation_request.hpp"

#include "api/body.hpp"
#include "json/schema.hpp"

namespace berth {

std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request) {
    return read_body<ReservationRequest>(request);
}

// Without the deadline, which is a plan's; with a start, which a plan may leave open, or with the
// token of a plan, which has one.
boost::json::value reservation_request_schema(json::SchemaBook& book) {
    return book.named("ReservationRequest", [&] {
        auto schema = book.resolved(plan_request_schema(book));
        schema["properties"].as_object().erase("finish_before");
        const auto with = [](const char* name) {
            return boost::json::object{{"required", boost::json::array{name}}};
        };
        schema["anyOf"] = boost::json::array{with("start"), with("plan")};
        return schema;
    });
}

boost::json::value plan_request_schema(json::SchemaBook& book) {
    return book.named("PlanRequest", [&] {
        return json::detail::struct_schema<ReservationRequest, json::detail::Direction::in>(book);
    });
}

std::expected<ReservationChange, Problem> read_reservation_change(const Request& request) {
    return read_body<ReservationChange>(request);
}

boost::json::value reservation_change_schema(json::SchemaBook& book) {
    return book.accepted<ReservationChange>();
}

}  // namespace berth
