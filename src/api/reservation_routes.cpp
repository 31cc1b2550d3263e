// One reservation: book it, look at it, change it, end it.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "api/body.hpp"
#include "api/caller.hpp"
#include "api/reservation_lookup.hpp"
#include "api/reservation_request.hpp"
#include "api/reservation_view.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

struct ReasonBody {
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReasonBody, (), (reason))

struct HistoryEntry {
    std::uint64_t sequence = 0;
    Instant time;
    std::string actor;
    std::string kind;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (sequence, time, actor, kind, reason))

namespace {

Response created(const Committed& committed, ProgressBoard& board) {
    auto response = reservation_response(201, *committed.reservation, board);
    response.headers["Location"] = "/api/v1/reservations/" + committed.reservation->id.text();
    if (committed.repeated) response.headers["Idempotent-Replayed"] = "true";
    return response;
}

void create(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_reservation_request(request);
    if (!wish) return respond(to_response(wish.error()));
    auto submission = submission_of(request, wish->reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = Reserve{std::move(*wish)};
    submit(services, std::move(*submission), respond,
           [&board = services.board](const Answer& answer) {
               return answer ? created(*answer, board) : to_response(problem_of(answer.error()));
           });
}

Response show(const Services& services, const Request& request) {
    const auto id = reservation_id_of(request);
    if (!id) return to_response(id.error());
    const auto found = find_reservation(services.context, *id);
    if (!found) return to_response(found.error());
    std::vector<HistoryEntry> history;
    for (const JournalRow& row : services.context.journal.rows_of(*id)) {
        history.push_back({row.sequence, row.time, row.actor, row.kind, row.reason});
    }
    auto object = reservation_object(**found, services.board);
    object["history"] = json::print(history);
    auto response = json_response(200, boost::json::serialize(object));
    response.headers["ETag"] = reservation_tag(**found);
    return response;
}

boost::json::value reservation_with_history_schema(json::SchemaBook& book) {
    return book.named("ReservationWithHistory", [&] {
        auto schema = book.resolved(reservation_schema(book));
        json::add_member(schema, "history", book.printed<std::vector<HistoryEntry>>(),
                         json::Presence::required);
        return schema;
    });
}

// A refusal because of a stale If-Match is HTTP's own 412.
Response changed_or_refused(const Answer& answer, const Services& services, ReservationId id,
                            std::optional<std::uint64_t> if_revision) {
    if (answer) {
        auto response = reservation_response(200, *answer->reservation, services.board);
        if (answer->repeated) response.headers["Idempotent-Replayed"] = "true";
        return response;
    }
    Problem problem = problem_of(answer.error());
    if (!if_revision || answer.error().code != RefusalCode::wrong_state) {
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

// What an existing reservation is to become: `make` gets the id and the revision of If-Match.
template <class Make>
void submit_change(const Services& services, const Request& request,
                   const std::optional<std::string>& reason, const Respond& respond, Make make) {
    const auto id = reservation_id_of(request);
    if (!id) return respond(to_response(id.error()));
    const auto if_revision = if_match_of(request);
    if (!if_revision) return respond(to_response(if_revision.error()));
    auto submission = submission_of(request, reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = make(*id, *if_revision);
    submit(services, std::move(*submission), respond,
           [&services, id = *id, revision = *if_revision](const Answer& answer) {
               return changed_or_refused(answer, services, id, revision);
           });
}

// `Ending` is Cancel or Release.
template <class Ending>
void end(const Services& services, const Request& request, const Respond& respond) {
    const auto body = read_optional_body<ReasonBody>(request);
    if (!body) return respond(to_response(body.error()));
    submit_change(services, request, body->reason, respond,
                  [](auto id, auto if_revision) { return Ending{id, if_revision}; });
}

std::expected<void, Problem> check_change(const ReservationChange& change) {
    const auto refuse = [](std::string field, std::string detail) {
        return std::unexpected(Problem{.status = 400,
                                       .code = "bad_request",
                                       .detail = std::move(detail),
                                       .field = std::move(field)});
    };
    if (change.gpus && *change.gpus == GpuRequest{}) {
        return refuse("gpus",
                      "\"gpus\" is empty: name their \"ids\", or say what they must have, such as "
                      "a \"count\"");
    }
    if (change.title || change.gpus || change.start || change.hours || change.end) return {};
    return refuse("",
                  "nothing is to be changed: give a new \"title\", \"start\", \"end\", "
                  "\"hours\" or \"gpus\"");
}

void change(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_reservation_change(request);
    if (!wish) return respond(to_response(wish.error()));
    if (auto checked = check_change(*wish); !checked) {
        return respond(to_response(checked.error()));
    }
    submit_change(services, request, wish->reason, respond, [&](auto id, auto if_revision) {
        return Modify{id, std::move(*wish), if_revision};
    });
}

Operation create_operation() {
    return {
        .method = "POST",
        .pattern = "/api/v1/reservations",
        .id = "createReservation",
        .summary = "Book GPUs for a window of time",
        .caller = Caller::person,
        .body = BodyDescription{reservation_request_schema},
        .answers = {json_answer(201, "It is booked", reservation_schema,
                                {etag_header(), {"Location", "Where it is"}, replayed_header()})},
        .problems = {409, 422, 507}};
}

Operation show_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/reservations/{id}",
            .id = "showReservation",
            .summary = "One reservation with its history",
            .parameters = {reservation_in_path()},
            .answers = {json_answer(200, "The reservation", reservation_with_history_schema,
                                    {etag_header()})},
            .problems = {404}};
}

// One that changes an existing reservation.
Operation change_operation(std::string method, std::string pattern, std::string id,
                           std::string summary, BodyDescription body) {
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

Operation end_operation(const std::string& what, std::string summary) {
    return change_operation("POST", "/api/v1/reservations/{id}/" + what, what + "Reservation",
                            std::move(summary),
                            {json::accepted_schema<ReasonBody>, json::Presence::optional});
}

}  // namespace

void add_reservation_routes(Router& router, const Services& services) {
    router.add(create_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   create(services, request, respond);
               }));
    router.add(show_operation(),
               DirectHandler([&services](const Request& r) { return show(services, r); }));
    router.add(change_operation("PATCH", "/api/v1/reservations/{id}", "changeReservation",
                                "Extend, shorten, move or rename it: all of it or nothing",
                                {reservation_change_schema}),
               Handler([&services](const Request& request, const Respond& respond) {
                   change(services, request, respond);
               }));
    router.add(end_operation("cancel", "Give it up; a running job is told to stop"),
               Handler([&services](const Request& request, const Respond& respond) {
                   end<Cancel>(services, request, respond);
               }));
    router.add(end_operation("release", "Be done with it before its end: its work counts as done"),
               Handler([&services](const Request& request, const Respond& respond) {
                   end<Release>(services, request, respond);
               }));
}

}  // namespace berth
