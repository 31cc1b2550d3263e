// What every handler works with, and the functions that add each resource's routes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "api/context.hpp"
#include "api/event_hub.hpp"
#include "api/long_polls.hpp"
#include "api/plan_book.hpp"
#include "api/progress_board.hpp"
#include "api/router.hpp"

namespace berth {

struct Services {
    const ApiContext& context;
    ProgressBoard& board;
    EventHub& hub;
    PlanBook& plans;
    LongPolls& polls;
    RunSoon run_soon;
    RunSoon run_aside;   // where what takes long holds up nobody's request
    RunSoon run_search;  // where searches through the whole record wait for each other only
    // Of the live stream.
    std::shared_ptr<std::atomic<std::uint64_t>> listeners;
};

// Submits, and makes the answer off the writer's thread.
void submit(const Services& services, Submission submission, const Respond& respond,
            std::function<Response(const Answer&)> make);

// Makes an answer aside; an exception is answered 500.
void answer_aside(const Services& services, const Respond& respond, std::function<Response()> make);
// The same, for what may take seconds.
void answer_search(const Services& services, const Respond& respond,
                   std::function<Response()> make);

// Each may only be called while `services` and what it refers to outlive the router.
void add_reservation_routes(Router& router, const Services& services);
void add_reservation_list_routes(Router& router, const Services& services);
void add_audit_routes(Router& router, const Services& services);
void add_curves_routes(Router& router, const Services& services);
void add_report_routes(Router& router, const Services& services);
void add_log_routes(Router& router, const Services& services);
void add_holder_routes(Router& router, const Services& services);
void add_queue_routes(Router& router, const Services& services);
void add_waitlist_routes(Router& router, const Services& services);
void add_maintenance_routes(Router& router, const Services& services);
void add_plan_routes(Router& router, const Services& services);
void add_action_routes(Router& router, const Services& services);
void add_site_routes(Router& router, const Services& services);
void add_estimate_routes(Router& router, const Services& services);
void add_fleet_routes(Router& router, const Services& services);
void add_calendar_routes(Router& router, const Services& services);
void add_event_routes(Router& router, const Services& services);
void add_job_routes(Router& router, const Services& services);
void add_seed_routes(Router& router, const Services& services);
void add_service_routes(Router& router, const Services& services);
void add_metrics_routes(Router& router, const Services& services);
void add_openapi_routes(Router& router);

}  // namespace berth
