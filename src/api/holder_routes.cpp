// What the people around a reservation say to it: hand it over, yes, no, I am here.
#include <optional>
#include <string>

#include "api/body.hpp"
#include "api/reservation_change.hpp"
#include "json/schema.hpp"

namespace berth {

struct TransferBody {
    std::optional<std::string> to_user;
    std::optional<std::string> to_team;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(TransferBody, (), (to_user, to_team, reason))

namespace {

void transfer(const Services& services, const Request& request, const Respond& respond) {
    const auto body = read_body<TransferBody>(request);
    if (!body) return respond(to_response(body.error()));
    submit_change(services, request, body->reason, respond, [&](auto id, auto if_revision) {
        return Transfer{id, {body->to_user, body->to_team}, if_revision};
    });
}

// `Word` is Accept, Decline or CheckIn.
template <class Word>
void add_word(Router& router, const Services& services, const std::string& what, std::string id,
              std::string summary) {
    router.add(action_operation(what, std::move(id), std::move(summary),
                                {json::accepted_schema<ReasonBody>, json::Presence::optional}),
               Handler([&services](const Request& request, const Respond& respond) {
                   const auto body = read_optional_body<ReasonBody>(request);
                   if (!body) return respond(to_response(body.error()));
                   submit_change(services, request, body->reason, respond,
                                 [](auto reservation, auto if_revision) {
                                     return Word{reservation, if_revision};
                                 });
               }));
}

}  // namespace

void add_holder_routes(Router& router, const Services& services) {
    router.add(action_operation("transfer", "transferReservation",
                                "Hand it to another person or team; to those of other teams once "
                                "they accept",
                                {json::accepted_schema<TransferBody>}),
               Handler([&services](const Request& request, const Respond& respond) {
                   transfer(services, request, respond);
               }));
    add_word<Accept>(router, services, "accept", "acceptReservation",
                     "Yes to the window that is offered, or to what is handed over to you");
    add_word<Decline>(router, services, "decline", "declineReservation",
                      "No to the window that is offered, or to what is handed over to you");
    add_word<CheckIn>(router, services, "check-in", "checkInReservation",
                      "Its owner has come: one without a job is kept for them");
}

}  // namespace berth
