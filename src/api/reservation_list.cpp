// GET /api/v1/reservations: pages of reservations in the order of their ids.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/query.hpp"
#include "api/reservation_view.hpp"
#include "api/services.hpp"
#include "json/described.hpp"

namespace berth {

namespace {

constexpr std::uint64_t default_limit = 100;
constexpr std::uint64_t largest_limit = 500;

struct ListFilter {
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<std::string> team;
    std::optional<std::string> owner;
    std::optional<std::string> gpu;
    std::optional<ReservationState> state;
    ReservationId after;  // the cursor: the last id of the page before
    std::uint64_t limit = default_limit;

    [[nodiscard]] bool takes(const Reservation& reservation) const {
        if (from && reservation.end <= *from) return false;
        if (to && reservation.start >= *to) return false;
        if (team && reservation.team != *team) return false;
        if (owner && reservation.owner != *owner) return false;
        if (state && reservation.state != *state) return false;
        return !gpu || std::ranges::find(reservation.gpus, *gpu) != reservation.gpus.end();
    }
};

std::expected<std::optional<ReservationState>, Problem> state_of(const Request& request) {
    const auto text = request.query_value("state");
    if (!text) return std::nullopt;
    auto state = json::parse<ReservationState>(boost::json::value(*text), "state");
    if (!state) return std::unexpected(problem_of(state.error()));
    return *state;
}

std::expected<ReservationId, Problem> cursor_of(const Request& request) {
    const auto text = request.query_value("cursor");
    if (!text) return ReservationId{};
    const auto id = ReservationId::parse(*text);
    if (!id) return std::unexpected(bad_query("cursor", "send \"next\" of the page before"));
    return *id;
}

std::expected<std::uint64_t, Problem> limit_of(const Request& request) {
    const auto number = query_number(request, "limit");
    if (!number) return std::unexpected(number.error());
    const std::uint64_t limit = number->value_or(default_limit);
    if (limit < 1 || limit > largest_limit) {
        return std::unexpected(bad_query("limit", "\"limit\" must be from 1 to 500"));
    }
    return limit;
}

std::expected<ListFilter, Problem> filter_of(const Request& request) {
    static constexpr std::array<std::string_view, 8> known = {"from",  "to",  "team",   "owner",
                                                              "state", "gpu", "cursor", "limit"};
    if (auto checked = check_query(request, known); !checked) {
        return std::unexpected(checked.error());
    }
    const auto from = query_instant(request, "from");
    if (!from) return std::unexpected(from.error());
    const auto to = query_instant(request, "to");
    if (!to) return std::unexpected(to.error());
    const auto state = state_of(request);
    if (!state) return std::unexpected(state.error());
    const auto cursor = cursor_of(request);
    if (!cursor) return std::unexpected(cursor.error());
    const auto limit = limit_of(request);
    if (!limit) return std::unexpected(limit.error());
    return ListFilter{*from,
                      *to,
                      request.query_value("team"),
                      request.query_value("owner"),
                      request.query_value("gpu"),
                      *state,
                      *cursor,
                      *limit};
}

Response list(const Services& services, const Request& request) {
    const auto filter = filter_of(request);
    if (!filter) return to_response(filter.error());
    std::vector<Reservation> page;
    bool more = false;
    services.context.engine.read([&](const View& view) {
        auto at = view.reservations.upper_bound(filter->after);
        for (; at != view.reservations.end() && !more; ++at) {
            if (!filter->takes(*at->second)) continue;
            more = page.size() == filter->limit;
            if (!more) page.push_back(*at->second);
        }
    });
    boost::json::array items;
    for (const Reservation& reservation : page) {
        items.push_back(reservation_object(reservation, services.board));
    }
    boost::json::object document;
    document["items"] = std::move(items);
    document["next"] = more ? boost::json::value(page.back().id.text()) : nullptr;
    return json_response(200, boost::json::serialize(document));
}

}  // namespace

void add_reservation_list_routes(Router& router, const Services& services) {
    router.add("GET", "/api/v1/reservations", DirectHandler([&services](const Request& request) {
                   return list(services, request);
               }));
}

}  // namespace berth
