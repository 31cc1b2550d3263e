#include "api/problem.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <utility>

#include "json/schema.hpp"

namespace berth {

namespace {

const std::map<std::string, std::string, std::less<>>& titles() {
    static const std::map<std::string, std::string, std::less<>> by_code = {
        {"actor_missing", "Say who you are"},
        {"bad_request", "The request cannot be understood"},
        {"beyond_horizon", "Too far in the future"},
        {"body_too_large", "The body is too large"},
        {"busy", "Too much at once"},
        {"conflict", "Somebody holds these GPUs then"},
        {"header_too_large", "The header is too large"},
        {"idempotency_mismatch", "The same key came with another request"},
        {"in_the_past", "That time has passed"},
        {"internal", "Something is wrong in the server"},
        {"journal_full", "The server's disk is full"},
        {"method_not_allowed", "That method is not possible here"},
        {"must_be_preemptible", "Not to be kept from a P0 by you"},
        {"no_figures", "Nothing is known of such a thing"},
        {"not_allowed", "You may not do that"},
        {"not_found", "There is no such thing"},
        {"not_acceptable", "Not in that form"},
        {"nothing_to_evict", "Nobody who may be disturbed holds enough"},
        {"off_grid", "Off the slot grid"},
        {"plan_required", "See first whom it disturbs"},
        {"plan_stale", "The plan is out of date"},
        {"priority_not_allowed", "Not a priority of yours"},
        {"quota_exceeded", "More than the team may hold"},
        {"reason_missing", "Say why"},
        {"request_timeout", "The request took too long to arrive"},
        {"still_booked", "Somebody holds these GPUs then"},
        {"token_invalid", "The job's token is not valid"},
        {"too_long_for_queue", "Too long for the ordinary queue"},
        {"too_many_gpus", "More GPUs than there are"},
        {"unknown_gpu", "No such GPU"},
        {"unsupported_media_type", "Not in that form"},
        {"wrong_host", "Not under that name"},
        {"wrong_origin", "Not from that page"},
        {"wrong_state", "Not possible in this state"},
    };
    return by_code;
}

}  // namespace

Response to_response(const Problem& problem) {
    boost::json::object document;
    document["type"] = "urn:berth:problem:" + problem.code;
    document["title"] = titles().at(problem.code);
    document["status"] = problem.status;
    document["detail"] = problem.detail;
    document["code"] = problem.code;
    if (!problem.field.empty()) document["field"] = problem.field;
    if (problem.code == "conflict" || !problem.suggestions.empty()) {
        document["suggestions"] = json::print(problem.suggestions);
    }
    auto response = json_response(problem.status, boost::json::serialize(document));
    response.headers["Content-Type"] = "application/problem+json";
    return response;
}

Response internal_error() {
    return to_response(Problem{.status = 500,
                               .code = "internal",
                               .detail = "something is wrong in the server; its log says what"});
}

boost::json::value problem_schema(json::SchemaBook& book) {
    return book.named("Problem", [&] {
        using enum json::Presence;
        boost::json::array codes;
        for (const auto& [code, title] : titles()) codes.emplace_back(code);
        boost::json::object schema{{"type", "object"}};
        json::add_member(schema, "type", json::text_schema("^urn:berth:problem:"), required);
        json::add_member(schema, "title", json::text_schema(), required);
        json::add_member(schema, "status", json::integer_schema(400, 599), required);
        json::add_member(schema, "detail", json::text_schema(), required);
        json::add_member(schema, "code",
                         boost::json::object{{"type", "string"}, {"enum", std::move(codes)}},
                         required);
        json::add_member(schema, "field", json::text_schema(), optional);
        json::add_member(schema, "suggestions", json::list_schema(book.printed<Suggestion>()),
                         optional);
        return schema;
    });
}

int status_of(RefusalCode code) {
    switch (code) {
        case RefusalCode::bad_request:
        case RefusalCode::unknown_gpu:
        case RefusalCode::too_many_gpus:
        case RefusalCode::off_grid:
        case RefusalCode::in_the_past:
        case RefusalCode::beyond_horizon:
        case RefusalCode::too_long_for_queue:
        case RefusalCode::reason_missing:
            return 400;
        case RefusalCode::not_allowed:
        case RefusalCode::priority_not_allowed:
        case RefusalCode::must_be_preemptible:
        case RefusalCode::quota_exceeded:
            return 403;
        case RefusalCode::not_found:
            return 404;
        case RefusalCode::conflict:
        case RefusalCode::plan_required:
        case RefusalCode::plan_stale:
        case RefusalCode::nothing_to_evict:
        case RefusalCode::still_booked:
        case RefusalCode::wrong_state:
            return 409;
        case RefusalCode::idempotency_mismatch:
            return 422;
        case RefusalCode::journal_full:
            return 507;
        case RefusalCode::internal:
            return 500;
    }
    return 500;
}

Problem problem_of(const Refusal& refusal) {
    return {.status = status_of(refusal.code),
            .code = boost::describe::enum_to_string(refusal.code, "internal"),
            .detail = refusal.message,
            .field = refusal.field,
            .suggestions = refusal.suggestions};
}

Problem problem_of(const json::FieldError& error) {
    return {.status = 400, .code = "bad_request", .detail = error.message, .field = error.field};
}

}  // namespace berth
