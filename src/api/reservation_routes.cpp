// One reservation: book it, look at it, change it, end it.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "api/body.hpp"
#include "api/caller.hpp"
#include "api/dry_run.hpp"
#include "api/plan_book.hpp"
#include "api/reservation_change.hpp"
#include "api/reservation_lookup.hpp"
#include "api/reservation_request.hpp"
#include "api/reservation_view.hpp"
#include "api/services.hpp"
#include "engine/overrun.hpp"
#include "json/schema.hpp"

namespace berth {

struct HistoryEntry {
    std::uint64_t sequence = 0;
    Instant time;
    std::string actor;
    std::string kind;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (sequence, time, actor, kind, reason))

// Who has one of its GPUs next, and from when: what running on would meet.
struct NextHolderView {
    ReservationId id;
    Instant start;
};
BOOST_DESCRIBE_STRUCT(NextHolderView, (), (id, start))

namespace {

// What a plan's token stands for. A token that is not known goes to the engine as it is: it was
// answered before, or it is stale.
std::expected<Reserve, Problem> booking_of(const Services& services, const std::string& person,
                                           ReservationRequest wish) {
    if (!wish.plan) return Reserve{std::move(wish)};
    const auto plan = services.plans.find(*wish.plan, person, services.context.clock.now());
    if (!plan) return Reserve{std::move(wish)};
    return booking_by(*plan, wish);
}

void create(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_reservation_request(request, services.context.jobs);
    if (!wish) return respond(to_response(wish.error()));
    const auto dry = is_dry_run(request);
    if (!dry) return respond(to_response(dry.error()));
    auto submission = submission_of(request, wish->reason);
    if (!submission) return respond(to_response(submission.error()));
    auto booking = booking_of(services, submission->actor, std::move(*wish));
    if (!booking) return respond(to_response(booking.error()));
    if (*dry) {
        return answer_dry_run(
            services, submission->actor, std::move(*booking), respond,
            [](const Refusal& refusal) { return to_response(problem_of(refusal)); });
    }
    submission->command = std::move(*booking);
    submit(services, std::move(*submission), respond, answer_created(services));
}

// As one of a reservation's own answer; who comes after it is known while it runs.
boost::json::object with_history(const Services& services, const Reservation& reservation) {
    std::vector<HistoryEntry> history;
    for (const JournalRow& row : services.context.journal.rows_of(reservation.id)) {
        history.push_back({row.sequence, row.time, row.actor, row.kind, row.reason});
    }
    auto object = reservation_object(reservation, services.board);
    object["history"] = json::print(history);
    return object;
}

Response shown(const Reservation& reservation, const boost::json::object& object) {
    auto response = json_response(200, boost::json::serialize(object));
    response.headers["ETag"] = reservation_tag(reservation);
    return response;
}

bool holds_gpus_now(const Reservation& reservation) {
    return has_begun(reservation.state) && !is_ended(reservation.state);
}

void show(const Services& services, const Request& request, const Respond& respond) {
    const auto id = reservation_id_of(request);
    if (!id) return respond(to_response(id.error()));
    const auto found = find_reservation(services.context, *id);
    if (!found) return respond(to_response(found.error()));
    auto object = with_history(services, **found);
    if (!holds_gpus_now(**found)) return respond(shown(**found, object));
    services.context.engine.consult(
        [respond, reservation = *found, object = std::move(object),
         run_soon = services.run_soon](const Consultation& consultation) {
            const auto next = next_holder(consultation.state(), *reservation);
            run_soon([respond, reservation, object, next]() mutable {
                if (next)
                    object["next_holder"] = json::print(NextHolderView{next->id, next->start});
                respond(shown(*reservation, object));
            });
        });
}

boost::json::value reservation_with_history_schema(json::SchemaBook& book) {
    return book.named("ReservationWithHistory", [&] {
        auto schema = book.resolved(reservation_schema(book));
        json::add_member(schema, "history", book.printed<std::vector<HistoryEntry>>(),
                         json::Presence::required);
        json::add_member(schema, "next_holder", book.printed<NextHolderView>(),
                         json::Presence::optional);
        return schema;
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
    auto operation = creating_operation("/api/v1/reservations", "createReservation",
                                        "Book GPUs for a window of time, or wait for one",
                                        {reservation_request_schema});
    operation.parameters.push_back(dry_run_parameter());
    operation.answers.push_back(
        json_answer(200, "Of a dry run: the reservation as it would stand", reservation_schema));
    return operation;
}

Operation patch_operation() {
    auto operation = change_operation("PATCH", "/api/v1/reservations/{id}", "changeReservation",
                                      "Extend, shorten, move or rename it: all of it or nothing",
                                      BodyDescription{reservation_change_schema});
    operation.parameters.push_back(dry_run_parameter());
    // A dry run leaves no revision to be matched.
    operation.answers.front().headers.front().presence = json::Presence::optional;
    return operation;
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

Operation end_operation(const std::string& what, std::string summary) {
    return action_operation(what, what + "Reservation", std::move(summary),
                            {json::accepted_schema<ReasonBody>, json::Presence::optional});
}

}  // namespace

void add_reservation_routes(Router& router, const Services& services) {
    router.add(create_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   create(services, request, respond);
               }));
    router.add(show_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   show(services, request, respond);
               }));
    router.add(patch_operation(),
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
