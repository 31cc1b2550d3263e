// POST /api/v1/plan: what would happen to a wish, without booking it.
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/caller.hpp"
#include "api/plan_book.hpp"
#include "api/problem.hpp"
#include "api/reservation_request.hpp"
#include "api/services.hpp"
#include "api/what_if.hpp"
#include "json/schema.hpp"

namespace berth {

// Why nobody would be disturbed for it.
struct EvictionRefused {
    std::string code;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(EvictionRefused, (), (code, detail))

namespace {

// Gives out tokens for what was planned.
class Tokens {
public:
    Tokens(const Services& services, const Question& question, std::size_t bytes)
        : plans_(services.plans),
          question_(question),
          bytes_(bytes),
          now_(services.context.clock.now()) {}

    boost::json::value keep(Reserve booking) const {
        return boost::json::value(
            plans_.keep({question_.person, question_.request, std::move(booking)}, bytes_, now_));
    }

private:
    PlanBook& plans_;
    const Question& question_;
    std::size_t bytes_;
    Instant now_;
};

// `windows` of the answer, each with its token; one that evicts has its plan's.
void add_tokens(boost::json::array& windows, const Outcome& outcome, const Question& question,
                const boost::json::value& eviction, const Tokens& tokens) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const Suggestion& window = outcome.answer.windows[i];
        auto& printed = windows[i].as_object();
        if (window.kind != SuggestionKind::evict) {
            printed["plan"] = tokens.keep(booking_of_window(*question.request, window));
        } else if (eviction.is_object()) {
            printed["plan"] = eviction.at("plan");
        }
    }
}

boost::json::object answer_object(const Outcome& outcome, const Question& question,
                                  const Tokens& tokens) {
    auto object = json::print(outcome.answer).as_object();
    boost::json::value eviction;
    boost::json::value refused;
    if (outcome.eviction && *outcome.eviction) {
        const EvictionPlan& plan = **outcome.eviction;
        eviction = json::print(plan);
        eviction.as_object()["plan"] = tokens.keep(booking_of_eviction(*question.request, plan));
    } else if (outcome.eviction) {
        const Problem problem = problem_of(outcome.eviction->error());
        refused = json::print(EvictionRefused{problem.code, problem.detail});
    }
    if (!question.person.empty()) {
        add_tokens(object["windows"].as_array(), outcome, question, eviction, tokens);
    }
    object["eviction"] = std::move(eviction);
    object["eviction_refused"] = std::move(refused);
    return object;
}

// Where the site's rules ask who it is, "nobody" is not who may.
Problem plan_refused(const Refusal& refusal, const Question& question) {
    if (question.person.empty() && refusal.code == RefusalCode::not_allowed) {
        return {.status = 401,
                .code = "actor_missing",
                .detail =
                    "say who you are, in the header X-Berth-User: what can be had depends on "
                    "your team",
                .field = "X-Berth-User"};
    }
    return problem_of(refusal);
}

void answer_plan(const Services& services, const Request& request, const Respond& respond) {
    auto wish = read_reservation_request(request, services.context.jobs);
    if (!wish) return respond(to_response(wish.error()));
    const auto person = person_of(request);
    if (!person) return respond(to_response(person.error()));
    wish->plan.reset();
    Question question{*person, std::make_shared<const ReservationRequest>(std::move(*wish))};
    // Copied: on the writer's thread `services` may be on its way out already.
    services.context.engine.consult([&services, run_soon = services.run_soon, respond,
                                     question = std::move(question),
                                     bytes = request.body.size()](Consultation& consultation) {
        run_soon([&services, respond, question, bytes, outcome = what_if(consultation, question)] {
            if (!outcome) {
                return respond(to_response(plan_refused(outcome.error(), question)));
            }
            const Tokens tokens(services, question, bytes);
            respond(json_response(
                200, boost::json::serialize(answer_object(*outcome, question, tokens))));
        });
    });
}

boost::json::value token_schema() {
    return json::text_schema("^plan-[0-9a-f]{32}$");
}

boost::json::value with_token(json::SchemaBook& book, const std::string& name,
                              const boost::json::value& plain, json::Presence presence) {
    return book.named(name, [&] {
        auto schema = book.resolved(plain);
        json::add_member(schema, "plan", token_schema(), presence);
        return schema;
    });
}

boost::json::value plan_answer_schema(json::SchemaBook& book) {
    return book.named("Plan", [&] {
        using enum json::Presence;
        auto schema = json::detail::struct_schema<PlanAnswer, json::detail::Direction::out>(book);
        schema["properties"].as_object()["windows"] = json::list_schema(
            with_token(book, "PlannedWindow", book.printed<Suggestion>(), optional));
        json::add_member(schema, "eviction",
                         json::nullable(with_token(book, "PlannedEviction",
                                                   book.printed<EvictionPlan>(), required)),
                         required);
        json::add_member(schema, "eviction_refused",
                         json::nullable(book.printed<EvictionRefused>()), required);
        return schema;
    });
}

}  // namespace

void add_plan_routes(Router& router, const Services& services) {
    router.add(
        {.method = "POST",
         .pattern = "/api/v1/plan",
         .id = "plan",
         .summary = "What would become of a wish: free windows, the best first, and for a P0 "
                    "whom it would disturb. Who says who they are may book each by its \"plan\" "
                    "for a minute",
         .parameters = {caller_parameter()},
         .body = BodyDescription{plan_request_schema},
         .answers = {json_answer(200, "The windows", plan_answer_schema)},
         .problems = {401}},
        Handler([&services](const Request& request, const Respond& respond) {
            answer_plan(services, request, respond);
        }));
}

}  // namespace berth
