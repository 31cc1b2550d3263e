// GET /api/v1/audit: the rows of the journal, as JSON or as a table.
#include <array>
#include <boost/json.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/accept.hpp"
#include "api/csv.hpp"
#include "api/query.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

struct AuditEntry {
    std::uint64_t sequence = 0;
    Instant time;
    std::string actor;
    std::string command;
    std::string reason;
    std::optional<std::string> reservation;
    std::string kind;
    boost::json::value event;
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (),
                      (sequence, time, actor, command, reason, reservation, kind, event))

namespace {

constexpr std::size_t default_limit = 100;
constexpr std::size_t largest_limit = 1000;
constexpr std::uint64_t largest_cursor = 999'999'999'999'999'999;

std::expected<std::optional<ReservationId>, Problem> reservation_of(const Request& request) {
    const auto text = request.query_value("reservation");
    if (!text) return std::nullopt;
    const auto id = ReservationId::parse(*text);
    if (!id) return std::unexpected(bad_query("reservation", id.error()));
    return *id;
}

std::expected<std::uint64_t, Problem> cursor_of(const Request& request) {
    const auto cursor = query_number(request, "cursor");
    if (!cursor) return std::unexpected(cursor.error());
    if (cursor->value_or(0) <= largest_cursor) return cursor->value_or(0);
    return std::unexpected(bad_query("cursor", "send \"next\" of the page before"));
}

std::expected<AuditQuery, Problem> audit_query_of(const Request& request) {
    const auto from = query_instant(request, "from");
    if (!from) return std::unexpected(from.error());
    const auto to = query_instant(request, "to");
    if (!to) return std::unexpected(to.error());
    const auto reservation = reservation_of(request);
    if (!reservation) return std::unexpected(reservation.error());
    const auto cursor = cursor_of(request);
    if (!cursor) return std::unexpected(cursor.error());
    const auto limit = query_limit(request, default_limit, largest_limit);
    if (!limit) return std::unexpected(limit.error());
    return AuditQuery{.from = *from,
                      .to = *to,
                      .actor = request.query_value("actor"),
                      .team = request.query_value("team"),
                      .reservation = *reservation,
                      .after = *cursor,
                      .limit = *limit};
}

AuditEntry entry_of(const JournalRow& row) {
    AuditEntry entry{row.sequence, row.time, row.actor, row.command,
                     row.reason,   {},       row.kind,  boost::json::parse(row.event)};
    if (!row.reservation.empty()) entry.reservation = row.reservation;
    return entry;
}

Response as_json(const std::vector<JournalRow>& rows, const std::optional<std::string>& next) {
    boost::json::array items;
    for (const JournalRow& row : rows) items.push_back(json::print(entry_of(row)));
    boost::json::object document;
    document["items"] = std::move(items);
    document["next"] = json::print(next);
    return json_response(200, boost::json::serialize(document));
}

// The same request for the page that follows.
std::string next_page(const Request& request, const std::string& cursor) {
    std::string target = "/api/v1/audit?cursor=" + cursor;
    for (const auto& [name, value] : request.query) {
        if (name == "cursor") continue;
        target += "&" + name + "=" + boost::urls::encode(value, boost::urls::unreserved_chars);
    }
    return target;
}

Response as_table(const Request& request, const std::vector<JournalRow>& rows,
                  const std::optional<std::string>& next) {
    std::string table;
    append_csv_row(
        table, {"sequence", "time", "actor", "command", "reason", "reservation", "kind", "event"});
    for (const JournalRow& row : rows) {
        append_csv_row(table, {std::to_string(row.sequence), to_rfc3339(row.time), row.actor,
                               row.command, row.reason, row.reservation, row.kind, row.event});
    }
    auto response = csv_response(std::move(table));
    if (next) response.headers["Link"] = "<" + next_page(request, *next) + ">; rel=\"next\"";
    return response;
}

Response audit(const Services& services, const Request& request) {
    static constexpr std::array<std::string_view, 2> offered = {"application/json", "text/csv"};
    const auto form = preferred(request.header("Accept"), offered);
    if (!form) {
        return to_response(Problem{.status = 406,
                                   .code = "not_acceptable",
                                   .detail = "this can be had as application/json or as text/csv",
                                   .field = "Accept"});
    }
    auto query = audit_query_of(request);
    if (!query) return to_response(query.error());
    const std::size_t limit = query->limit++;  // one more, to see whether there are more
    auto rows = services.context.audit.audit(*query);
    std::optional<std::string> next;
    if (rows.size() > limit) {
        rows.resize(limit);
        next = std::to_string(rows.back().sequence);
    }
    auto response = *form == 0 ? as_json(rows, next) : as_table(request, rows, next);
    response.headers["Vary"] = "Accept";
    return response;
}

AnswerDescription audit_answer() {
    auto answer = json_answer(200, "A page of rows", [](json::SchemaBook& book) {
        return page_schema(book, "AuditPage", book.printed<AuditEntry>());
    });
    answer.contents.push_back(text_answer(200, "", "text/csv").contents.front());
    answer.headers.push_back(
        {"Link", "The next page of a table, when there is one", json::Presence::optional});
    return answer;
}

Operation audit_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/audit",
            .id = "listAudit",
            .summary = "Who changed what, when and why: the journal's rows, in pages",
            .parameters = {time_query("from", "Only rows at or after it"),
                           time_query("to", "Only rows before it"),
                           text_query("actor", "Only what this person did"),
                           text_query("team", "Only what is about this team's reservations"),
                           query_parameter("reservation", "Only what is about this one",
                                           json::text_schema(ReservationId::pattern)),
                           number_query("cursor", "\"next\" of the page before", 0, largest_cursor),
                           number_query("limit", "At most so many", 1, largest_limit)},
            .answers = {audit_answer()},
            .problems = {406}};
}

}  // namespace

void add_audit_routes(Router& router, const Services& services) {
    router.add(audit_operation(), DirectHandler([&services](const Request& request) {
                   return audit(services, request);
               }));
}

}  // namespace berth
