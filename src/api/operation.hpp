// What a route does, for those who call it: every route carries one, the router holds requests to
// it, and the OpenAPI document is made from them all.
//
//     router.add({.method = "GET",
//                 .pattern = "/api/v1/fleet",
//                 .id = "showFleet",
//                 .summary = "The site, its nodes and its GPUs",
//                 .answers = {json_answer(200, "The fleet", printed<FleetAnswer>)}},
//                handler);
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/schema_book.hpp"

namespace berth {

using MakeSchema = std::function<boost::json::value(json::SchemaBook&)>;

enum class Place { path, query, header };

struct Parameter {
    std::string name;
    Place place = Place::query;
    std::string what;
    boost::json::object schema;
    json::Presence presence = json::Presence::optional;
};

struct BodyDescription {
    MakeSchema schema;
    json::Presence presence = json::Presence::required;
};

struct HeaderDescription {
    std::string name;
    std::string what;
    json::Presence presence = json::Presence::required;
};

struct AnswerDescription {
    int status = 200;
    std::string what;
    struct Content {
        std::string type;
        MakeSchema schema;
    };
    std::vector<Content> contents = {};
    std::vector<HeaderDescription> headers = {};
};

// How closely the router looks before it calls the handler.
enum class Manners {
    strict,   // an unknown query parameter is 400, a body that says it is not JSON 415
    lenient,  // as the first scripts and probes have it: neither is looked at
};

enum class Caller { anybody, person, job };

struct Operation {
    std::string method;
    std::string pattern;  // "/api/v1/reservations/{id}"
    std::string id;
    std::string summary;
    Caller caller = Caller::anybody;  // a person names themselves, a job brings its token
    std::vector<Parameter> parameters = {};
    std::optional<BodyDescription> body = {};
    std::vector<AnswerDescription> answers = {};
    std::vector<int> problems = {};  // statuses that come with a problem document
    Manners manners = Manners::strict;
};

Parameter query_parameter(std::string name, std::string what, boost::json::object schema);
Parameter text_query(std::string name, std::string what);
Parameter time_query(std::string name, std::string what);
Parameter number_query(std::string name, std::string what, std::uint64_t smallest,
                       std::uint64_t largest);
Parameter header_parameter(std::string name, std::string what, boost::json::object schema);
Parameter reservation_in_path();
// Who asks, where nobody need say.
Parameter caller_parameter();
// Who asks, why, and under which key: of every write.
std::vector<Parameter> write_parameters();
Parameter if_match_parameter();

std::vector<Parameter> operator+(std::vector<Parameter> some, std::vector<Parameter> more);

HeaderDescription etag_header();
HeaderDescription replayed_header();

// {"items":[…],"next":cursor or null}
boost::json::value page_schema(json::SchemaBook& book, const std::string& name,
                               boost::json::value items);
AnswerDescription json_answer(int status, std::string what, MakeSchema schema,
                              std::vector<HeaderDescription> headers = {});
AnswerDescription text_answer(int status, std::string what, std::string type = "text/plain");
AnswerDescription empty_answer(int status, std::string what);

}  // namespace berth
