// One reservation: book it, look at it, end it.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "api/body.hpp"
#include "api/caller.hpp"
#include "api/reservation_request.hpp"
#include "api/reservation_view.hpp"
#include "api/services.hpp"
#include "json/described.hpp"

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

std::expected<ReservationId, Problem> id_of(const Request& request) {
    auto id = ReservationId::parse(request.parameter("id"));
    if (id) return *id;
    return std::unexpected(Problem{.status = 404, .code = "not_found", .detail = id.error()});
}

Problem no_such(ReservationId id) {
    return {.status = 404, .code = "not_found", .detail = "there is no reservation " + id.text()};
}

Response show(const Services& services, const Request& request) {
    const auto id = id_of(request);
    if (!id) return to_response(id.error());
    std::shared_ptr<const Reservation> found;
    services.context.engine.read([&](const View& view) { found = view.share(*id); });
    if (!found) return to_response(no_such(*id));
    std::vector<HistoryEntry> history;
    for (const JournalRow& row : services.context.journal.rows_of(*id)) {
        history.push_back({row.sequence, row.time, row.actor, row.kind, row.reason});
    }
    auto object = reservation_object(*found, services.board);
    object["history"] = json::print(history);
    auto response = json_response(200, boost::json::serialize(object));
    response.headers["ETag"] = reservation_tag(*found);
    return response;
}

// A refusal because of a stale If-Match is HTTP's own 412.
Response ended_or_refused(const Answer& answer, const Services& services, ReservationId id,
                          std::optional<std::uint64_t> if_revision) {
    if (answer) return reservation_response(200, *answer->reservation, services.board);
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

// `Ending` is Cancel or Release.
template <class Ending>
void end(const Services& services, const Request& request, const Respond& respond) {
    const auto id = id_of(request);
    if (!id) return respond(to_response(id.error()));
    const auto body = read_optional_body<ReasonBody>(request);
    if (!body) return respond(to_response(body.error()));
    const auto if_revision = if_match_of(request);
    if (!if_revision) return respond(to_response(if_revision.error()));
    auto submission = submission_of(request, body->reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = Ending{*id, *if_revision};
    submit(services, std::move(*submission), respond,
           [&services, id = *id, revision = *if_revision](const Answer& answer) {
               return ended_or_refused(answer, services, id, revision);
           });
}

}  // namespace

void add_reservation_routes(Router& router, const Services& services) {
    router.add("POST", "/api/v1/reservations",
               Handler([&services](const Request& request, const Respond& respond) {
                   create(services, request, respond);
               }));
    router.add("GET", "/api/v1/reservations/{id}",
               DirectHandler([&services](const Request& r) { return show(services, r); }));
    router.add("POST", "/api/v1/reservations/{id}/cancel",
               Handler([&services](const Request& request, const Respond& respond) {
                   end<Cancel>(services, request, respond);
               }));
    router.add("POST", "/api/v1/reservations/{id}/release",
               Handler([&services](const Request& request, const Respond& respond) {
                   end<Release>(services, request, respond);
               }));
}

}  // namespace berth
