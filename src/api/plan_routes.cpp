// POST /api/v1/plan: what would happen to a wish, without booking it.
#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "api/problem.hpp"
#include "api/reservation_request.hpp"
#include "api/services.hpp"
#include "engine/plan.hpp"
#include "json/described.hpp"

namespace berth {

namespace {

Response answer_plan(const Services& services, const Request& request) {
    const auto wish = read_reservation_request(request);
    if (!wish) return to_response(wish.error());
    std::optional<std::expected<PlanAnswer, Refusal>> answer;
    services.context.engine.read([&](const State& state) {
        // As the engine does: time never runs behind the journal.
        answer = plan(state, *wish, std::max(services.context.clock.now(), state.last_time));
    });
    if (!*answer) return to_response(problem_of(answer->error()));
    return json_response(200, boost::json::serialize(json::print(**answer)));
}

}  // namespace

void add_plan_routes(Router& router, const Services& services) {
    router.add("POST", "/api/v1/plan", DirectHandler([&services](const Request& request) {
                   return answer_plan(services, request);
               }));
}

}  // namespace berth
