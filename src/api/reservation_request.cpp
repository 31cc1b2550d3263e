#include "api/reservation_request.hpp"

#include "api/body.hpp"
#include "json/schema.hpp"

namespace berth {

namespace {

template <class T>
std::expected<T, Problem> read_for(const JobSite& site, const Request& request) {
    auto wish = read_body<T>(request);
    if (!wish || !wish->workload) return wish;
    if (const auto error = misfit(*wish->workload, site)) {
        return std::unexpected(problem_of(*error));
    }
    return wish;
}

}  // namespace

std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request,
                                                                    const JobSite& site) {
    return read_for<ReservationRequest>(site, request);
}

std::expected<QueueRequest, Problem> read_queue_request(const Request& request,
                                                        const JobSite& site) {
    return read_for<QueueRequest>(site, request);
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
