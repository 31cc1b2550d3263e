// Is the server alive, is it ready, and, under --test-clock, what time is it.
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "api/body.hpp"
#include "api/services.hpp"
#include "api/wall_time.hpp"
#include "json/schema.hpp"

namespace berth {

struct ClockBody {
    std::optional<Instant> now;
    std::optional<std::string> advance;
};
BOOST_DESCRIBE_STRUCT(ClockBody, (), (now, advance))

struct ClockAnswer {
    Instant now;
};
BOOST_DESCRIBE_STRUCT(ClockAnswer, (), (now))

namespace {

Response bad_clock(std::string field, std::string detail) {
    return to_response(Problem{.status = 400,
                               .code = "bad_request",
                               .detail = std::move(detail),
                               .field = std::move(field)});
}

Response set_clock(const ApiContext& context, const Request& request) {
    const auto body = read_body<ClockBody>(request);
    if (!body) return to_response(body.error());
    if (body->now.has_value() == body->advance.has_value()) {
        return bad_clock("", R"(send either {"now": "2026-11-30T20:00:00Z"} or {"advance": "2h"})");
    }
    Instant wanted = context.clock.now();
    if (body->now) wanted = *body->now;
    if (body->advance) {
        const auto length = parse_duration(*body->advance);
        if (!length) return bad_clock("advance", length.error());
        wanted += *length;
    }
    if (const auto moved = context.move_clock(wanted); !moved) {
        return bad_clock(body->now ? "now" : "advance", moved.error());
    }
    const ClockAnswer answer{context.clock.now()};
    return json_response(200, boost::json::serialize(json::print(answer)));
}

// The engine recovers before the server is built, so whoever can read its state can be served:
// people book although a cluster is out of reach.
Response ready(const ApiContext& context) {
    std::uint64_t revision = 0;
    context.engine.read([&](const View& view) { revision = view.last_sequence; });
    std::string words = "ready at revision " + std::to_string(revision) + "\n";
    const std::string trouble = context.launch_trouble ? context.launch_trouble() : std::string();
    if (!trouble.empty()) words += "no job can be started: " + trouble + "\n";
    return text_response(200, words);
}

Operation probe_operation(std::string pattern, std::string id, std::string summary) {
    return {.method = "GET",
            .pattern = std::move(pattern),
            .id = std::move(id),
            .summary = std::move(summary),
            .answers = {text_answer(200, "It is")},
            .manners = Manners::lenient};
}

Operation clock_operation() {
    return {.method = "POST",
            .pattern = "/test/clock",
            .id = "moveTestClock",
            .summary = "Move the test clock forward, to a time or by a length",
            .body = BodyDescription{json::accepted_schema<ClockBody>},
            .answers = {json_answer(200, "What it shows now", json::printed_schema<ClockAnswer>)}};
}

}  // namespace

void add_service_routes(Router& router, const Services& services) {
    const ApiContext& context = services.context;
    router.add(probe_operation("/healthz", "isAlive", "Is the server alive"),
               DirectHandler([](const Request&) { return text_response(200, "alive\n"); }));
    router.add(probe_operation("/readyz", "isReady", "Can the server serve"),
               DirectHandler([&context](const Request&) { return ready(context); }));
    if (!context.move_clock) return;
    router.add(clock_operation(), DirectHandler([&context](const Request& request) {
                   return set_clock(context, request);
               }));
}

}  // namespace berth
