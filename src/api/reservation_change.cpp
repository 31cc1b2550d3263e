#include "api/reservation_change.hpp"

#include <utility>

#include "api/caller.hpp"
#include "api/dry_run.hpp"
#include "api/problem.hpp"
#include "api/reservation_lookup.hpp"
#include "api/reservation_view.hpp"

namespace berth {

namespace {

Response changed(const Committed& committed, ProgressBoard& board) {
    auto response = reservation_response(200, *committed.reservation, board);
    if (committed.repeated) response.headers["Idempotent-Replayed"] = "true";
    return response;
}

// A refusal because of a stale If-Match is HTTP's own 412.
Response refused(const Refusal& refusal, const Services& services, ReservationId id,
                 std::optional<std::uint64_t> if_revision) {
    Problem problem = problem_of(refusal);
    if (!if_revision || refusal.code != RefusalCode::wrong_state) {
        return to_response(problem);
    }
    services.context.engine.read([&](const View& view) {
        const auto* reservation = view.find(id);
        if (reservation == nullptr || reservation->revision == *if_revision) return;
        problem.status = 412;
        problem.field = "If-Match";
    });
    return to_response(problem);
}

Response created(const Committed& committed, ProgressBoard& board) {
    auto response = reservation_response(201, *committed.reservation, board);
    response.headers["Location"] = "/api/v1/reservations/" + committed.reservation->id.text();
    if (committed.repeated) response.headers["Idempotent-Replayed"] = "true";
    return response;
}

}  // namespace

void submit_change(const Services& services, const Request& request,
                   const std::optional<std::string>& reason, const Respond& respond,
                   const MakeCommand& make) {
    const auto id = reservation_id_of(request);
    if (!id) return respond(to_response(id.error()));
    const auto if_revision = if_match_of(request);
    if (!if_revision) return respond(to_response(if_revision.error()));
    const auto dry = is_dry_run(request);
    if (!dry) return respond(to_response(dry.error()));
    auto submission = submission_of(request, reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = make(*id, *if_revision);
    const auto refuse = [&services, id = *id, revision = *if_revision](const Refusal& refusal) {
        return refused(refusal, services, id, revision);
    };
    if (*dry) {
        return answer_dry_run(services, submission->actor, std::move(submission->command), respond,
                              refuse);
    }
    submit(services, std::move(*submission), respond, [&services, refuse](const Answer& answer) {
        return answer ? changed(*answer, services.board) : refuse(answer.error());
    });
}

std::function<Response(const Answer&)> answer_created(const Services& services) {
    return [&board = services.board](const Answer& answer) {
        return answer ? created(*answer, board) : to_response(problem_of(answer.error()));
    };
}

Operation change_operation(std::string method, std::string pattern, std::string id,
                           std::string summary, std::optional<BodyDescription> body) {
    return {.method = std::move(method),
            .pattern = std::move(pattern),
            .id = std::move(id),
            .summary = std::move(summary),
            .caller = Caller::person,
            .parameters = {reservation_in_path(), if_match_parameter()},
            .body = std::move(body),
            .answers = {json_answer(200, "The reservation as it is now", reservation_schema,
                                    {etag_header(), replayed_header()})},
            .problems = {404, 409, 412, 422, 507}};
}

Operation action_operation(const std::string& what, std::string id, std::string summary,
                           BodyDescription body) {
    return change_operation("POST", "/api/v1/reservations/{id}/" + what, std::move(id),
                            std::move(summary), std::move(body));
}

Operation creating_operation(std::string pattern, std::string id, std::string summary,
                             BodyDescription body) {
    return {
        .method = "POST",
        .pattern = std::move(pattern),
        .id = std::move(id),
        .summary = std::move(summary),
        .caller = Caller::person,
        .body = std::move(body),
        .answers = {json_answer(201, "The reservation", reservation_schema,
                                {etag_header(), {"Location", "Where it is"}, replayed_header()})},
        .problems = {409, 422, 507}};
}

}  // namespace berth
