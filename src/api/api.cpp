#include "api/api.hpp"

#include <utility>

namespace berth {

Api::Api(ApiContext context, RunSoon run_soon)
    : context_(std::move(context)),
      board_(context_.progress),
      hub_(context_, board_),
      services_{context_, board_, hub_, std::move(run_soon)},
      page_(context_.page_folder) {
    add_reservation_routes(router_, services_);
    add_reservation_list_routes(router_, services_);
    add_log_routes(router_, services_);
    add_plan_routes(router_, services_);
    add_fleet_routes(router_, services_);
    add_calendar_routes(router_, services_);
    add_event_routes(router_, services_);
    add_job_routes(router_, services_);
    add_seed_routes(router_, services_);
    add_service_routes(router_, services_);
    router_.otherwise([this](const Request& request) { return page_.answer(request); });
    router_.on_error(context_.report);
}

void Api::handle(Request request, Respond respond) const {
    router_.handle(std::move(request), [respond = std::move(respond)](Response response) {
        response.headers.emplace("X-Content-Type-Options", "nosniff");
        // What is said about bookings is true only at the moment.
        response.headers.emplace("Cache-Control", "no-store");
        respond(std::move(response));
    });
}

}  // namespace berth
