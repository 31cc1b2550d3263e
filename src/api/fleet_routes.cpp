// GET /api/v1/fleet: the site, its nodes and its GPUs.
#include "api/fleet_view.hpp"
#include "api/services.hpp"

namespace berth {

void add_fleet_routes(Router& router, const Services& services) {
    router.add(
        {.method = "GET",
         .pattern = "/api/v1/fleet",
         .id = "showFleet",
         .summary = "The site, its nodes and its GPUs",
         .answers = {json_answer(200, "The fleet", fleet_schema)}},
        DirectHandler([&services](const Request&) { return fleet_response(services.context); }));
}

}  // namespace berth
