#include "api/operation.hpp"

#include <iterator>
#include <utility>

#include "booking/reservation.hpp"

namespace berth {

namespace {

constexpr std::string_view person_pattern = "^(?!berth$)[A-Za-z0-9._@-]{1,64}$";
// Where nobody need say who they are, an empty header says just that.
constexpr std::string_view person_or_nobody_pattern = "^(?!berth$)[A-Za-z0-9._@-]{0,64}$";

}  // namespace

Parameter query_parameter(std::string name, std::string what, boost::json::object schema) {
    return {std::move(name), Place::query, std::move(what), std::move(schema)};
}

Parameter text_query(std::string name, std::string what) {
    return query_parameter(std::move(name), std::move(what), json::text_schema());
}

Parameter time_query(std::string name, std::string what) {
    return query_parameter(std::move(name), std::move(what), json::time_schema());
}

Parameter number_query(std::string name, std::string what, std::uint64_t smallest,
                       std::uint64_t largest) {
    return query_parameter(std::move(name), std::move(what),
                           json::integer_schema(smallest, largest));
}

Parameter header_parameter(std::string name, std::string what, boost::json::object schema) {
    return {std::move(name), Place::header, std::move(what), std::move(schema)};
}

Parameter reservation_in_path() {
    return {"id", Place::path, "The reservation", json::text_schema(ReservationId::pattern),
            json::Presence::required};
}

Parameter caller_parameter() {
    return header_parameter("X-Berth-User", "Who asks",
                            json::text_schema(person_or_nobody_pattern));
}

std::vector<Parameter> write_parameters() {
    auto reason = json::text_schema();
    reason["maxLength"] = 1000;
    return {
        {"X-Berth-User", Place::header, "Who asks", json::text_schema(person_pattern),
         json::Presence::required},
        header_parameter("X-Berth-Reason", "Why; a reason in the body wins", std::move(reason)),
        header_parameter("Idempotency-Key",
                         "The same key with the same request within a day is done once, and "
                         "answered again",
                         json::text_schema("^[!-~]{1,200}$")),
    };
}

Parameter if_match_parameter() {
    return header_parameter("If-Match", "The ETag of the revision that is to be changed",
                            json::text_schema(R"(^(\*|"[0-9]{1,18}")$)"));
}

std::vector<Parameter> operator+(std::vector<Parameter> some, std::vector<Parameter> more) {
    some.insert(some.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
    return some;
}

HeaderDescription etag_header() {
    return {"ETag", "Its revision, for If-Match"};
}

HeaderDescription replayed_header() {
    return {"Idempotent-Replayed", "true when this Idempotency-Key was answered before",
            json::Presence::optional};
}

boost::json::value page_schema(json::SchemaBook& book, const std::string& name,
                               boost::json::value items) {
    return book.named(name, [&] {
        boost::json::object schema{{"type", "object"}};
        json::add_member(schema, "items", json::list_schema(std::move(items)),
                         json::Presence::required);
        json::add_member(schema, "next", json::nullable(json::text_schema()),
                         json::Presence::required);
        return schema;
    });
}

AnswerDescription json_answer(int status, std::string what, MakeSchema schema,
                              std::vector<HeaderDescription> headers) {
    return {status, std::move(what), {{"application/json", std::move(schema)}}, std::move(headers)};
}

AnswerDescription text_answer(int status, std::string what, std::string type) {
    const auto text = [](json::SchemaBook&) -> boost::json::value { return json::text_schema(); };
    return {status, std::move(what), {{std::move(type), text}}, {}};
}

AnswerDescription empty_answer(int status, std::string what) {
    return {status, std::move(what), {}, {}};
}

}  // namespace berth
