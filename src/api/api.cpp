#include "api/api.hpp"

#include <utility>

#include "api/compression.hpp"
#include "api/gzip.hpp"
#include "api/problem.hpp"
#include "api/site_guard.hpp"

namespace berth {

Api::Api(ApiContext context, RunSoon run_soon, RunSoon run_aside, RunLater run_later,
         RunSoon run_search)
    : context_(std::move(context)),
      board_(context_.progress),
      hub_(context_, board_, run_soon),
      polls_(
          {.run_later = std::move(run_later), .run_aside = run_aside, .report = context_.report}),
      services_{context_,
                board_,
                hub_,
                plans_,
                polls_,
                std::move(run_soon),
                std::move(run_aside),
                std::move(run_search),
                std::make_shared<std::atomic<std::uint64_t>>(0)},
      page_(context_.page_folder) {
    add_reservation_routes(router_, services_);
    add_reservation_list_routes(router_, services_);
    add_holder_routes(router_, services_);
    add_queue_routes(router_, services_);
    add_waitlist_routes(router_, services_);
    add_maintenance_routes(router_, services_);
    add_audit_routes(router_, services_);
    add_curves_routes(router_, services_);
    add_report_routes(router_, services_);
    add_log_routes(router_, services_);
    add_plan_routes(router_, services_);
    add_action_routes(router_, services_);
    add_site_routes(router_, services_);
    add_estimate_routes(router_, services_);
    add_fleet_routes(router_, services_);
    add_calendar_routes(router_, services_);
    add_event_routes(router_, services_);
    add_job_routes(router_, services_);
    add_seed_routes(router_, services_);
    add_service_routes(router_, services_);
    add_metrics_routes(router_, services_);
    add_openapi_routes(router_);
    router_.otherwise([this](const Request& request) { return page_.answer(request); });
    router_.on_error(context_.report);
    if (context_.metrics != nullptr) {
        router_.on_answer([this](const RequestFacts& facts) { context_.metrics->count(facts); });
    }
}

void Api::handle(Request request, Respond respond) const {
    const bool zipped = accepts_gzip(request.header("Accept-Encoding"));
    const Respond finish = [respond = std::move(respond), zipped,
                            run_aside = services_.run_aside](Response response) {
        response.headers.emplace("X-Content-Type-Options", "nosniff");
        // What is said about bookings is true only at the moment.
        response.headers.emplace("Cache-Control", "no-store");
        if (!zipped) return respond(std::move(response));
        respond_compressed(std::move(response), respond, run_aside);
    };
    if (auto checked = check_site(request, context_.names); !checked) {
        return finish(to_response(checked.error()));
    }
    router_.handle(std::move(request), finish);
}

}  // namespace berth
