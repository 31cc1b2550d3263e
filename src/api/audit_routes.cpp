// GET /api/v1/audit: the rows of the journal, as JSON or as a table.
#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <optional>
#include <string>
#include <vector>

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

enum class SortOrder { asc, desc };
BOOST_DESCRIBE_ENUM(SortOrder, asc, desc)

namespace {

constexpr std::size_t longest_text = 200;
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

std::expected<std::optional<std::uint64_t>, Problem> cursor_of(const Request& request) {
    const auto cursor = query_number(request, "cursor");
    if (!cursor) return std::unexpected(cursor.error());
    if (cursor->value_or(0) <= largest_cursor) return *cursor;
    return std::unexpected(bad_query("cursor", "send \"next\" of the page before"));
}

std::expected<AuditOrder, Problem> order_of(const Request& request) {
    const auto text = request.query_value("order");
    if (!text) return AuditOrder::oldest_first;
    const auto order = json::parse<SortOrder>(boost::json::value(*text), "order");
    if (!order) return std::unexpected(problem_of(order.error()));
    return *order == SortOrder::desc ? AuditOrder::newest_first : AuditOrder::oldest_first;
}

// Of UTF-8: each but the bytes that go on with a character.
std::size_t count_characters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::expected<std::optional<std::string>, Problem> text_of(const Request& request) {
    auto text = request.query_value("q");
    if (!text || count_characters(*text) <= longest_text) return text;
    return std::unexpected(bad_query(
        "q", "\"q\" is longer than " + std::to_string(longest_text) + " characters; shorten it"));
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
    const auto order = order_of(request);
    if (!order) return std::unexpected(order.error());
    auto text = text_of(request);
    if (!text) return std::unexpected(text.error());
    const auto limit = query_limit(request, default_limit, largest_limit);
    if (!limit) return std::unexpected(limit.error());
    const bool goes_back = *order == AuditOrder::newest_first;
    return AuditQuery{.from = *from,
                      .to = *to,
                      .actor = request.query_value("actor"),
                      .team = request.query_value("team"),
                      .reservation = *reservation,
                      .kind = request.query_value("kind"),
                      .command = request.query_value("command"),
                      .gpu = request.query_value("gpu"),
                      .text = std::move(*text),
                      .order = *order,
                      .after = goes_back ? 0 : cursor->value_or(0),
                      .before = goes_back ? *cursor : std::nullopt,
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

Response audit_page(const ApiContext& context, AuditQuery query, const Request& request,
                    Form form) {
    const std::size_t limit = query.limit++;  // one more, to see whether there are more
    auto rows = context.audit.audit(query);
    std::optional<std::string> next;
    if (rows.size() > limit) {
        rows.resize(limit);
        next = std::to_string(rows.back().sequence);
    }
    auto response = form == Form::json ? as_json(rows, next) : as_table(request, rows, next);
    response.headers["Vary"] = "Accept";
    return response;
}

// A search for words may read the whole journal.
void audit(const Services& services, const Request& request, const Respond& respond) {
    const auto form = form_of(request);
    if (!form) return respond(to_response(form.error()));
    auto query = audit_query_of(request);
    if (!query) return respond(to_response(query.error()));
    answer_search(services, respond,
                  [&context = services.context, query = std::move(*query), request, form = *form] {
                      return audit_page(context, query, request, form);
                  });
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

Parameter order_parameter() {
    json::SchemaBook book;
    return query_parameter("order", "Oldest first (asc, the usual) or newest first (desc)",
                           book.resolved(book.printed<SortOrder>()));
}

boost::json::object text_schema_up_to(std::size_t characters) {
    auto schema = json::text_schema();
    schema["maxLength"] = characters;
    return schema;
}

Operation audit_operation() {
    return {
        .method = "GET",
        .pattern = "/api/v1/audit",
        .id = "listAudit",
        .summary = "Who changed what, when and why: the journal's rows, in pages",
        .parameters = {time_query("from", "Only rows at or after it"),
                       time_query("to", "Only rows before it"),
                       text_query("actor", "Only what this person did"),
                       text_query("team", "Only what is about this team's reservations"),
                       query_parameter("reservation", "Only what is about this one",
                                       json::text_schema(ReservationId::pattern)),
                       text_query("kind", "Only events of this kind, such as reservation_ended"),
                       text_query("command", "Only what this command did, such as cancel"),
                       text_query("gpu",
                                  "Only what is about this GPU, such as node1/0: its "
                                  "health, and reservations that have or had it"),
                       query_parameter("q",
                                       "Only rows with this text in their reason or in "
                                       "the title of their reservation",
                                       text_schema_up_to(longest_text)),
                       order_parameter(),
                       number_query("cursor", "\"next\" of the page before", 0, largest_cursor),
                       number_query("limit", "At most so many", 1, largest_limit)},
        .answers = {audit_answer()},
        .problems = {406}};
}

}  // namespace

void add_audit_routes(Router& router, const Services& services) {
    router.add(audit_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   audit(services, request, respond);
               }));
}

}  // namespace berth
