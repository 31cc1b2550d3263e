// GET /api/v1/reservations/{id}/curves: the losses and metrics of a training, for drawing.
#include <string>

#include "api/curves.hpp"
#include "api/query.hpp"
#include "api/reservation_lookup.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"

namespace berth {

namespace {

constexpr std::uint64_t largest_number = 2'147'483'647;

std::expected<CurvesWanted, Problem> wanted_of(const Request& request) {
    const auto attempt = query_number(request, "attempt", {1, largest_number});
    if (!attempt) return std::unexpected(attempt.error());
    const auto after_epoch = query_number(request, "after_epoch", {0, largest_number});
    if (!after_epoch) return std::unexpected(after_epoch.error());
    return CurvesWanted{*attempt, *after_epoch};
}

// A job may have sent very many reports.
void answer_curves(const Services& services, const Request& request, const Respond& respond) {
    const auto wanted = wanted_of(request);
    if (!wanted) return respond(to_response(wanted.error()));
    const auto id = reservation_id_of(request);
    if (!id) return respond(to_response(id.error()));
    answer_aside(services, respond, [&services, wanted = *wanted, id = *id] {
        const auto known = find_reservation(services.context, id);
        if (!known) return to_response(known.error());
        const auto reports = services.context.progress.of(id);
        return json_response(200, json::text_of(curves_of(reports, wanted)));
    });
}

Operation curves_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/reservations/{id}/curves",
            .id = "showCurves",
            .summary =
                "What its job reported of its losses and metrics, epoch by epoch; of a longer "
                "attempt 2,000 points, evenly chosen",
            .parameters = {reservation_in_path(),
                           number_query("attempt", "Only this start of it", 1, largest_number),
                           number_query("after_epoch", "Only later epochs than this", 0,
                                        largest_number)},
            .answers = {json_answer(200, "The curves", json::printed_schema<Curves>)},
            .problems = {404}};
}

}  // namespace

void add_curves_routes(Router& router, const Services& services) {
    router.add(curves_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_curves(services, request, respond);
               }));
}

}  // namespace berth
