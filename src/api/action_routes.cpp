// GET /api/v1/reservations/{id}/actions: what you may do to it now.
#include <boost/json.hpp>
#include <memory>
#include <vector>

#include "api/caller.hpp"
#include "api/possible_actions.hpp"
#include "api/reservation_lookup.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

struct PossibleActions {
    std::vector<PossibleAction> actions;
};
BOOST_DESCRIBE_STRUCT(PossibleActions, (), (actions))

namespace {

void answer_actions(const Services& services, const Request& request, const Respond& respond) {
    const auto id = reservation_id_of(request);
    if (!id) return respond(to_response(id.error()));
    const auto person = person_of(request);
    if (!person) return respond(to_response(person.error()));
    const auto found = find_reservation(services.context, *id);
    if (!found) return respond(to_response(found.error()));
    services.context.engine.consult([respond, person = *person, found = *found,
                                     run_soon = services.run_soon](Consultation& consultation) {
        // It may have changed since it was found; what has been forgotten has ended.
        const auto now = consultation.state().share(found->id);
        PossibleActions answer{possible_actions(consultation, person, now ? *now : *found)};
        run_soon([respond, answer = std::move(answer)] {
            respond(json_response(200, boost::json::serialize(json::print(answer))));
        });
    });
}

}  // namespace

void add_action_routes(Router& router, const Services& services) {
    router.add({.method = "GET",
                .pattern = "/api/v1/reservations/{id}/actions",
                .id = "showActions",
                .summary = "What you may do to it now, and if not, why not",
                .parameters = {reservation_in_path(), caller_parameter()},
                .answers = {json_answer(200, "Those that make sense in its state",
                                        json::printed_schema<PossibleActions>)},
                .problems = {404}},
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_actions(services, request, respond);
               }));
}

}  // namespace berth
