// GET /api/v1/site: what the page must know before it draws anything, and of who looks at it.
#include "api/caller.hpp"
#include "api/services.hpp"
#include "api/site_view.hpp"

namespace berth {

void add_site_routes(Router& router, const Services& services) {
    router.add({.method = "GET",
                .pattern = "/api/v1/site",
                .id = "showSite",
                .summary = "The site's rules and teams, and what you may do here",
                .parameters = {caller_parameter()},
                .answers = {json_answer(200, "The site", site_schema)}},
               Handler([&services](const Request& request, const Respond& respond) {
                   const auto person = person_of(request);
                   if (!person) return respond(to_response(person.error()));
                   answer_aside(services, respond, [&services, person = *person] {
                       return site_response(services.context, person);
                   });
               }));
}

}  // namespace berth
