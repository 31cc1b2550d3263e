// What all that changes one reservation has in common: its id in the path, If-Match, who asks and
// why, and the answer: the reservation as it is then.
//
//     submit_change(services, request, body->reason, respond, [](auto id, auto if_revision) {
//         return Cancel{id, if_revision};
//     });
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "api/services.hpp"
#include "booking/command.hpp"
#include "json/described.hpp"

namespace berth {

struct ReasonBody {
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReasonBody, (), (reason))

using MakeCommand =
    std::function<Command(ReservationId id, std::optional<std::uint64_t> if_revision)>;

// With ?dry_run=true, where the operation takes it, nothing is changed.
void submit_change(const Services& services, const Request& request,
                   const std::optional<std::string>& reason, const Respond& respond,
                   const MakeCommand& make);

// Answers 201 with the reservation, or the refusal.
std::function<Response(const Answer&)> answer_created(const Services& services);

Operation change_operation(std::string method, std::string pattern, std::string id,
                           std::string summary, std::optional<BodyDescription> body);
// POST /api/v1/reservations/{id}/<what>
Operation action_operation(const std::string& what, std::string id, std::string summary,
                           BodyDescription body);
// 201 with the reservation.
Operation creating_operation(std::string pattern, std::string id, std::string summary,
                             BodyDescription body);

}  // namespace berth
