#include "api/dry_run.hpp"

#include <memory>
#include <utility>

#include "api/query.hpp"
#include "api/reservation_view.hpp"

namespace berth {

namespace {

using Outcome = std::expected<std::shared_ptr<const Reservation>, Refusal>;

// A change that changes nothing leaves no trace in the rehearsal.
std::shared_ptr<const Reservation> as_it_is(const State& state, const Command& command) {
    const auto* change = std::get_if<Modify>(&command);
    return change == nullptr ? nullptr : state.share(change->id);
}

Outcome outcome_of(Consultation& consultation, const std::string& actor, const Command& command) {
    const auto rehearsal = consultation.rehearse(actor, command);
    if (!rehearsal) return std::unexpected(rehearsal.error());
    auto outcome = as_it_is(consultation.state(), command);
    for (const Rehearsal::Step& step : rehearsal->steps) {
        if (step.after && step.after->id == rehearsal->subject) outcome = step.after;
    }
    return outcome;
}

// Without a tag: no revision of it is there to be matched.
Response would_stand(const Reservation& reservation, ProgressBoard& board) {
    return json_response(200, reservation_text(reservation, board));
}

}  // namespace

Parameter dry_run_parameter() {
    return query_parameter("dry_run",
                           "true: answer as if, and do nothing; a reason is not asked for",
                           {{"type", "boolean"}, {"default", false}});
}

std::expected<bool, Problem> is_dry_run(const Request& request) {
    const std::string value = request.query_value("dry_run").value_or("false");
    if (value == "true" || value == "false") return value == "true";
    return std::unexpected(bad_query("dry_run", "\"dry_run\" is true or false, not " + value));
}

void answer_dry_run(const Services& services, const std::string& actor, Command command,
                    const Respond& respond, std::function<Response(const Refusal&)> refuse) {
    // Copied: on the writer's thread `services` may be on its way out already.
    services.context.engine.consult([&services, run_soon = services.run_soon, respond, actor,
                                     command = std::move(command),
                                     refuse = std::move(refuse)](Consultation& consultation) {
        run_soon([&services, respond, refuse, outcome = outcome_of(consultation, actor, command)] {
            respond(outcome ? would_stand(**outcome, services.board) : refuse(outcome.error()));
        });
    });
}

}  // namespace berth
