// What operators do to GPUs: leave them alone for a while, say that they failed or are whole again.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/body.hpp"
#include "api/caller.hpp"
#include "api/fleet_view.hpp"
#include "api/listed.hpp"
#include "api/reservation_change.hpp"
#include "json/schema.hpp"

namespace berth {

// What can be said of a GPU; that it is gone the inventory says.
enum class ReportedHealth { healthy, down };
BOOST_DESCRIBE_ENUM(ReportedHealth, healthy, down)

struct HealthBody {
    std::vector<std::string> gpus;
    ReportedHealth health = ReportedHealth::down;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(HealthBody, (), (gpus, health, reason))

namespace {

void maintain(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_body<MaintenanceRequest>(request);
    if (!wish) return respond(to_response(wish.error()));
    auto submission = submission_of(request, wish->reason);
    if (!submission) return respond(to_response(submission.error()));
    submission->command = Maintain{std::move(*wish)};
    submit(services, std::move(*submission), respond, answer_created(services));
}

Response list_maintenance(const Services& services) {
    std::vector<Listed> items;
    services.context.engine.read([&](const View& view) {
        for (const auto& [id, reservation] : view.reservations) {
            const bool is_it = reservation->kind == ReservationKind::maintenance;
            if (is_it && !is_ended(reservation->state)) items.push_back({reservation, {}});
        }
    });
    return list_response(items, services.board);
}

void report_health(const Services& services, const Request& request, const Respond& respond) {
    auto body = read_body<HealthBody>(request);
    if (!body) return respond(to_response(body.error()));
    auto submission = submission_of(request, body->reason);
    if (!submission) return respond(to_response(submission.error()));
    const bool down = body->health == ReportedHealth::down;
    submission->command =
        ReportHealth{std::move(body->gpus), down ? Health::down : Health::healthy};
    submit(services, std::move(*submission), respond, [&services](const Answer& answer) {
        return answer ? fleet_response(services.context) : to_response(problem_of(answer.error()));
    });
}

boost::json::value maintenance_schema(json::SchemaBook& book) {
    return listed_schema(book, "MaintenanceItem", {});
}

}  // namespace

void add_maintenance_routes(Router& router, const Services& services) {
    router.add(creating_operation("/api/v1/maintenance", "planMaintenance",
                                  "Leave GPUs alone for a while: what is booked on them then moves "
                                  "to equal ones",
                                  {json::accepted_schema<MaintenanceRequest>}),
               Handler([&services](const Request& request, const Respond& respond) {
                   maintain(services, request, respond);
               }));
    router.add({.method = "GET",
                .pattern = "/api/v1/maintenance",
                .id = "listMaintenance",
                .summary = "The maintenance that is planned or under way",
                .answers = {json_answer(200, "All of it", maintenance_schema)}},
               DirectHandler([&services](const Request&) { return list_maintenance(services); }));
    router.add({.method = "POST",
                .pattern = "/api/v1/fleet/health",
                .id = "reportHealth",
                .summary = "Say that GPUs have failed, or are whole again",
                .caller = Caller::person,
                .body = BodyDescription{json::accepted_schema<HealthBody>},
                .answers = {json_answer(200, "The fleet as it is now", fleet_schema)},
                .problems = {409, 422, 507}},
               Handler([&services](const Request& request, const Respond& respond) {
                   report_health(services, request, respond);
               }));
}

}  // namespace berth
