// POST /api/v1/plan: what would happen to a wish, without booking it.
#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "api/problem.hpp"
#include "api/reservation_request.hpp"
#include "api/services.hpp"
#include "engine/plan.hpp"
#include "json/schema.hpp"

namespace berth {

namespace {

void answer_plan(const Services& services, const Request& request, const Respond& respond) {
    const auto wish = read_reservation_request(request);
    if (!wish) return respond(to_response(wish.error()));
    services.context.engine.consult([&services, wish = *wish, respond,
                                     person = std::string(request.header("X-Berth-User"))](
                                        Consultation& consultation) {
        services.run_soon(
            [respond, answer = plan(consultation.state(), person, wish, consultation.now())] {
                respond(answer ? json_response(200, boost::json::serialize(json::print(*answer)))
                               : to_response(problem_of(answer.error())));
            });
    });
}

}  // namespace

void add_plan_routes(Router& router, const Services& services) {
    router.add({.method = "POST",
                .pattern = "/api/v1/plan",
                .id = "plan",
                .summary = "What would become of a wish: free windows, the best first",
                .body = BodyDescription{plan_request_schema},
                .answers = {json_answer(200, "The windows", json::printed_schema<PlanAnswer>)}},
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_plan(services, request, respond);
               }));
}

}  // namespace berth
