// The ordinary queue: work under one slot, which runs in the gaps between reservations.
#include <boost/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "api/caller.hpp"
#include "api/listed.hpp"
#include "api/reservation_change.hpp"
#include "api/reservation_lookup.hpp"
#include "api/reservation_request.hpp"
#include "engine/queue.hpp"
#include "json/schema.hpp"

namespace berth {

namespace {

void enqueue(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_queue_request(request, services.context.jobs);
    if (!wish) return respond(to_response(wish.error()));
    auto submission = submission_of(request, wish->reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = Enqueue{std::move(*wish)};
    submit(services, std::move(*submission), respond, answer_created(services));
}

boost::json::object place(std::optional<int> position, std::optional<Instant> planned_start) {
    return {{"position", json::print(position)}, {"planned_start", json::print(planned_start)}};
}

// Those that run, then those that wait, in the order in which they will be served.
std::vector<Listed> queue_of(const State& state, Instant now) {
    std::vector<Listed> items;
    const ReservationId first{0, IdKind::queue_job};  // they come after all reservations
    for (auto it = state.reservations.lower_bound(first); it != state.reservations.end(); ++it) {
        // One that is confirmed has its GPUs and is about to begin.
        const ReservationState now_is = it->second->state;
        const bool has_its_turn = now_is == ReservationState::confirmed || has_begun(now_is);
        if (has_its_turn) items.push_back({it->second, place({}, {})});
    }
    int position = 0;
    for (const PlannedStart& planned : planned_starts(state, now)) {
        items.push_back({state.share(planned.id), place(++position, planned.at)});
    }
    return items;
}

void list_queue(const Services& services, const Respond& respond) {
    services.context.engine.consult([&services, respond](const Consultation& consultation) {
        auto items = queue_of(consultation.state(), consultation.now());
        services.run_soon([&board = services.board, respond, items = std::move(items)] {
            respond(list_response(items, board));
        });
    });
}

void remove(const Services& services, const Request& request, const Respond& respond) {
    const auto id = reservation_id_of(request);
    if (!id || !id->is_queue_job()) {
        return respond(to_response({.status = 404,
                                    .code = "not_found",
                                    .detail = "there is no queue job \"" + request.parameter("id") +
                                              "\"; their ids are such as q-3"}));
    }
    submit_change(services, request, std::nullopt, respond, [](auto reservation, auto if_revision) {
        return Cancel{reservation, if_revision};
    });
}

boost::json::value queue_schema(json::SchemaBook& book) {
    return listed_schema(
        book, "QueueItem",
        {{"position", position_schema()}, {"planned_start", json::nullable(json::time_schema())}});
}

}  // namespace

void add_queue_routes(Router& router, const Services& services) {
    router.add(creating_operation("/api/v1/queue", "addToQueue",
                                  "Queue work under one slot: it runs in the first gap between "
                                  "reservations that holds it",
                                  {json::accepted_schema<QueueRequest>}),
               Handler([&services](const Request& request, const Respond& respond) {
                   enqueue(services, request, respond);
               }));
    router.add({.method = "GET",
                .pattern = "/api/v1/queue",
                .id = "listQueue",
                .summary = "Its jobs: those that run, then those that wait, in their order and "
                           "with the start that each is promised unless a reservation comes",
                .answers = {json_answer(200, "All of them", queue_schema)}},
               Handler([&services](const Request&, const Respond& respond) {
                   list_queue(services, respond);
               }));
    router.add(change_operation("DELETE", "/api/v1/queue/{id}", "removeFromQueue",
                                "Give it up; one that runs is told to stop", std::nullopt),
               Handler([&services](const Request& request, const Respond& respond) {
                   remove(services, request, respond);
               }));
}

}  // namespace berth
