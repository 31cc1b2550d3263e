#include "api/openapi.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <map>
#include <string>
#include <utility>

#include "api/problem.hpp"

namespace berth {

namespace {

constexpr const char* introduction =
    "Reserve GPUs by time, and have Berth start what is booked. Times are RFC 3339, in answers "
    "always UTC; lengths are in hours. Every refusal is a problem document (RFC 9457) with a "
    "stable `code`. Any request may also be answered 431 (its header is too large) or 503 (too "
    "many connections), and a path that has other methods 405 with `Allow`; GET answers HEAD too.";

const char* in_words(int status) {
    static const std::map<int, const char*> words = {
        {400, "The request cannot be understood, or asks for what cannot be"},
        {401, "Nobody says who asks"},
        {403, "Not allowed to who asks, under this host name or from this page"},
        {404, "There is no such thing"},
        {406, "Not in the form that is asked for"},
        {409, "Something else stands in the way"},
        {412, "It has changed since the revision that If-Match names"},
        {413, "The body is too large"},
        {415, "The body does not come as JSON"},
        {422, "The Idempotency-Key came before with another request"},
        {500, "Something is wrong in the server"},
        {507, "The server's disk is full; nothing was changed"},
    };
    return words.at(status);
}

const char* name_of(Place place) {
    switch (place) {
        case Place::path:
            return "path";
        case Place::query:
            return "query";
        case Place::header:
            return "header";
    }
    return "";
}

boost::json::array parameters_of(const Operation& operation) {
    auto parameters = operation.parameters;
    if (operation.caller == Caller::person) parameters = std::move(parameters) + write_parameters();
    boost::json::array described;
    for (const Parameter& parameter : parameters) {
        described.push_back({{"name", parameter.name},
                             {"in", name_of(parameter.place)},
                             {"description", parameter.what},
                             {"required", parameter.presence == json::Presence::required},
                             {"schema", parameter.schema}});
    }
    return described;
}

// What the router and the server answer by themselves comes on top.
std::vector<int> problems_of(const Operation& operation) {
    auto problems = operation.problems;
    problems.insert(problems.end(), {403, 500});
    if (operation.manners == Manners::strict) problems.push_back(400);
    if (operation.caller != Caller::anybody) problems.push_back(401);
    if (operation.body) problems.push_back(413);
    if (operation.body && operation.manners == Manners::strict) problems.push_back(415);
    std::ranges::sort(problems);
    const auto doubles = std::ranges::unique(problems);
    problems.erase(doubles.begin(), doubles.end());
    return problems;
}

boost::json::object answer_object(const AnswerDescription& answer, json::SchemaBook& book) {
    boost::json::object object{{"description", answer.what}};
    boost::json::object content;
    for (const auto& [type, schema] : answer.contents) content[type] = {{"schema", schema(book)}};
    if (!content.empty()) object["content"] = std::move(content);
    boost::json::object headers;
    for (const auto& [name, what, presence] : answer.headers) {
        headers[name] = {{"description", what},
                         {"required", presence == json::Presence::required},
                         {"schema", json::text_schema()}};
    }
    if (!headers.empty()) object["headers"] = std::move(headers);
    return object;
}

boost::json::object answers_of(const Operation& operation, json::SchemaBook& book) {
    boost::json::object answers;
    for (const AnswerDescription& answer : operation.answers) {
        answers[std::to_string(answer.status)] = answer_object(answer, book);
    }
    for (const int status : problems_of(operation)) {
        auto& answer = answers[std::to_string(status)];
        if (!answer.is_object()) answer = {{"description", in_words(status)}};
        auto& content = answer.as_object()["content"];
        if (!content.is_object()) content.emplace_object();
        content.as_object()["application/problem+json"] = {{"schema", problem_schema(book)}};
    }
    return answers;
}

boost::json::object operation_object(const Operation& operation, json::SchemaBook& book) {
    boost::json::object object{{"operationId", operation.id}, {"summary", operation.summary}};
    if (auto parameters = parameters_of(operation); !parameters.empty()) {
        object["parameters"] = std::move(parameters);
    }
    if (operation.body) {
        object["requestBody"] = {
            {"required", operation.body->presence == json::Presence::required},
            {"content", {{"application/json", {{"schema", operation.body->schema(book)}}}}}};
    }
    object["responses"] = answers_of(operation, book);
    if (operation.caller == Caller::job) {
        object["security"] = boost::json::array{{{"job", boost::json::array()}}};
    }
    return object;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

}  // namespace

boost::json::object openapi_document(const std::vector<const Operation*>& operations) {
    json::SchemaBook book;
    boost::json::object paths;
    for (const Operation* operation : operations) {
        auto& path = paths[operation->pattern];
        if (!path.is_object()) path.emplace_object();
        path.as_object()[lower(operation->method)] = operation_object(*operation, book);
    }
    return {
        {"openapi", "3.1.0"},
        {"info", {{"title", "Berth"}, {"version", BERTH_VERSION}, {"description", introduction}}},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", book.components()},
          {"securitySchemes",
           {{"job",
             {{"type", "http"},
              {"scheme", "bearer"},
              {"description", "The token that a job finds in BERTH_TOKEN"}}}}}}}};
}

}  // namespace berth
