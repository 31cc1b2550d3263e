// GET /api/v1/waitlist: who waits for a window, in the order in which they are served.
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "api/listed.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

namespace {

// Those that have an offer to answer, then those that wait.
std::vector<Listed> waitlist_of(const State& state) {
    std::vector<Listed> items;
    for (const ReservationId id : state.waiting) {
        auto entry = state.share(id);
        if (entry->state != ReservationState::offered) continue;
        items.push_back({std::move(entry), {{"position", nullptr}}});
    }
    int position = 0;
    for (const WaitRank& rank : state.wait_order) {
        items.push_back({state.share(rank.id), {{"position", ++position}}});
    }
    return items;
}

void list_waiting(const Services& services, const Respond& respond) {
    services.context.engine.consult([&services, respond](const Consultation& consultation) {
        auto items = waitlist_of(consultation.state());
        services.run_soon([&board = services.board, respond, items = std::move(items)] {
            respond(list_response(items, board));
        });
    });
}

boost::json::value waitlist_schema(json::SchemaBook& book) {
    return listed_schema(book, "WaitlistItem", {{"position", position_schema()}});
}

}  // namespace

void add_waitlist_routes(Router& router, const Services& services) {
    router.add({.method = "GET",
                .pattern = "/api/v1/waitlist",
                .id = "listWaitlist",
                .summary = "Who waits for a window: those with an offer to answer, then the others "
                           "in the order in which they are served",
                .answers = {json_answer(200, "All of them", waitlist_schema)}},
               Handler([&services](const Request&, const Respond& respond) {
                   list_waiting(services, respond);
               }));
}

}  // namespace berth
