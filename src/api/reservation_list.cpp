// GET /api/v1/reservations: pages of reservations in the order of their ids, from the history: the
// engine forgets those that ended long ago.
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "api/query.hpp"
#include "api/reservation_view.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

namespace {

constexpr std::uint64_t default_limit = 100;
constexpr std::uint64_t largest_limit = 500;

std::expected<std::optional<ReservationState>, Problem> state_of(const Request& request) {
    const auto text = request.query_value("state");
    if (!text) return std::nullopt;
    auto state = json::parse<ReservationState>(boost::json::value(*text), "state");
    if (!state) return std::unexpected(problem_of(state.error()));
    return *state;
}

std::expected<std::optional<ReservationId>, Problem> cursor_of(const Request& request) {
    const auto text = request.query_value("cursor");
    if (!text) return std::nullopt;
    const auto id = ReservationId::parse(*text);
    if (!id) return std::unexpected(bad_query("cursor", "send \"next\" of the page before"));
    return *id;
}

std::expected<ReservationQuery, Problem> filter_of(const Request& request) {
    const auto from = query_instant(request, "from");
    if (!from) return std::unexpected(from.error());
    const auto to = query_instant(request, "to");
    if (!to) return std::unexpected(to.error());
    const auto state = state_of(request);
    if (!state) return std::unexpected(state.error());
    const auto cursor = cursor_of(request);
    if (!cursor) return std::unexpected(cursor.error());
    const auto limit = query_limit(request, default_limit, largest_limit);
    if (!limit) return std::unexpected(limit.error());
    return ReservationQuery{.from = *from,
                            .to = *to,
                            .team = request.query_value("team"),
                            .owner = request.query_value("owner"),
                            .gpu = request.query_value("gpu"),
                            .state = *state,
                            .after = *cursor,
                            .limit = *limit};
}

Response list(const Services& services, const Request& request) {
    auto query = filter_of(request);
    if (!query) return to_response(query.error());
    const std::size_t limit = query->limit++;  // one more, to see whether there are more
    const auto found = services.context.history.reservations(*query);
    boost::json::array items;
    for (std::size_t i = 0; i < found.size() && i < limit; ++i) {
        items.push_back(reservation_object(found[i], services.board));
    }
    boost::json::object document;
    document["items"] = std::move(items);
    document["next"] =
        found.size() > limit ? boost::json::value(found[limit - 1].id.text()) : nullptr;
    return json_response(200, boost::json::serialize(document));
}

Parameter state_parameter() {
    json::SchemaBook book;
    return query_parameter("state", "Only those in this state",
                           book.resolved(book.printed<ReservationState>()));
}

Operation list_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/reservations",
            .id = "listReservations",
            .summary = "All reservations that ever were, by number, in pages",
            .parameters = {time_query("from", "Only those that end after it"),
                           time_query("to", "Only those that start before it"),
                           text_query("team", "Only this team's"),
                           text_query("owner", "Only this person's"), state_parameter(),
                           text_query("gpu", "Only those with this GPU, such as node1/0"),
                           query_parameter("cursor", "\"next\" of the page before",
                                           json::text_schema(ReservationId::pattern)),
                           number_query("limit", "At most so many", 1, largest_limit)},
            .answers = {json_answer(200, "A page of them", [](json::SchemaBook& book) {
                return page_schema(book, "ReservationPage", reservation_schema(book));
            })}};
}

}  // namespace

void add_reservation_list_routes(Router& router, const Services& services) {
    router.add(list_operation(), DirectHandler([&services](const Request& request) {
                   return list(services, request);
               }));
}

}  // namespace berth
