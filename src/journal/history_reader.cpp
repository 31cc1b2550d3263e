#include "journal/history_reader.hpp"

#include <limits>
#include <stdexcept>

#include "journal/projection_writer.hpp"
#include "journal/sqlite_schema.hpp"
#include "json/described.hpp"

namespace berth {

namespace {

constexpr long long beginning = std::numeric_limits<long long>::min();
constexpr long long never = std::numeric_limits<long long>::max();

// What the statements are bound to, by name.
struct Values {
    explicit Values(const ReservationQuery& query)
        : after(query.after ? table_number(*query.after) : -1),
          from(query.from ? query.from->time_since_epoch().count() : beginning),
          to(query.to ? query.to->time_since_epoch().count() : never),
          team(query.team.value_or("")),
          owner(query.owner.value_or("")),
          state(query.state ? boost::describe::enum_to_string(*query.state, "") : ""),
          gpu(query.gpu.value_or("")),
          limit(static_cast<long long>(
              std::min<std::size_t>(query.limit, std::numeric_limits<std::int32_t>::max()))) {}

    long long after;
    long long from;
    long long to;
    std::string team;
    std::string owner;
    std::string state;
    std::string gpu;
    long long limit;
    long long number = 0;
};

bool has_window(const ReservationQuery& query) {
    return query.from || query.to;
}

// The index of the first of these is used: an owner has fewer reservations than a team, and a team
// fewer than most states. "+" keeps SQLite from the others.
std::string conditions(const ReservationQuery& query) {
    std::string text;
    const auto indexed = [&](const char* column) {
        const bool first = text.empty();
        text += std::string(first ? " AND r." : " AND +r.") + column + " = :" + column;
    };
    if (query.owner) indexed("owner");
    if (query.team) indexed("team");
    if (query.state) indexed("state");
    if (query.from) text += " AND r.end_ms > :from";
    if (query.to) text += " AND r.start_ms < :to";
    return text;
}

void bind_conditions(soci::statement& select, const ReservationQuery& query, const Values& values) {
    if (query.team) select.exchange(soci::use(values.team, "team"));
    if (query.owner) select.exchange(soci::use(values.owner, "owner"));
    if (query.state) select.exchange(soci::use(values.state, "state"));
    if (query.from) select.exchange(soci::use(values.from, "from"));
    if (query.to) select.exchange(soci::use(values.to, "to"));
}

// Within a window only those blocks of numbers are looked at that may hold what lies in it.
std::string page_text(const ReservationQuery& query) {
    const auto block = std::to_string(span_block);
    std::string text = "SELECT r.body FROM ";
    if (has_window(query)) {
        text += "spans s CROSS JOIN reservations r WHERE s.block >= :after / " + block +
                " AND r.number >= s.block * " + block + " AND r.number < (s.block + 1) * " + block;
        if (query.from) text += " AND s.last_to_ms > :from";
        if (query.to) text += " AND s.first_from_ms < :to";
        text += " AND r.number > :after";
    } else {
        text += "reservations r WHERE r.number > :after";
    }
    text += conditions(query);
    return text + (has_window(query) ? " ORDER BY s.block, r.number" : " ORDER BY r.number") +
           " LIMIT :limit";
}

void prepare(soci::statement& select, const std::string& text) {
    select.alloc();
    select.prepare(text);
    select.define_and_bind();
}

Reservation parsed(const std::string& body) {
    auto value = json::read(body);
    if (value) {
        if (auto reservation = json::parse<Reservation>(*value)) return std::move(*reservation);
    }
    throw std::runtime_error("the table of reservations holds what Berth did not write: " +
                             body.substr(0, 200));
}

}  // namespace

std::optional<Reservation> HistoryReader::reservation(ReservationId id) {
    const long long number = table_number(id);
    std::string body;
    sql_ << "SELECT body FROM reservations WHERE number = :number", soci::use(number),
        soci::into(body);
    if (!sql_.got_data()) return std::nullopt;
    return parsed(body);
}

std::vector<Reservation> HistoryReader::reservations(const ReservationQuery& query) {
    if (query.gpu) return on_gpu(query);
    const Values values(query);
    std::string body;
    soci::statement select(sql_);
    bind_conditions(select, query, values);
    select.exchange(soci::use(values.after, "after"));
    select.exchange(soci::use(values.limit, "limit"));
    select.exchange(soci::into(body));
    prepare(select, page_text(query));
    std::vector<Reservation> found;
    for (bool more = select.execute(true); more; more = select.fetch()) {
        found.push_back(parsed(body));
    }
    return found;
}

// Unlike pages, this has queue jobs too, whose numbers are negative: block 0 has those on both
// sides of zero.
void HistoryReader::each_within(const Span& span,
                                const std::function<void(const Reservation&)>& give) {
    const long long from = span.from.time_since_epoch().count();
    const long long to = span.to.time_since_epoch().count();
    const auto block = std::to_string(span_block);
    const auto last = std::to_string(span_block - 1);
    std::string body;
    soci::statement select(sql_);
    select.exchange(soci::use(from, "from"));
    select.exchange(soci::use(to, "to"));
    select.exchange(soci::into(body));
    prepare(select,
            "SELECT r.body FROM spans s CROSS JOIN reservations r"
            " WHERE s.last_to_ms >= :from AND s.first_from_ms < :to"
            " AND r.number >= s.block * " +
                block + " - " + last +
                " * (s.block <= 0)"
                " AND r.number <= s.block * " +
                block + " + " + last +
                " * (s.block >= 0)"
                " AND r.end_ms >= :from AND r.start_ms < :to");
    for (bool more = select.execute(true); more; more = select.fetch()) give(parsed(body));
}

// Claims are in the order of time, not of numbers: they are collected first, which is cheap, and
// the reservations are read one by one until the page is full.
std::vector<Reservation> HistoryReader::on_gpu(const ReservationQuery& query) {
    Values values(query);
    std::string body;
    soci::statement select(sql_);
    bind_conditions(select, query, values);
    select.exchange(soci::use(values.number, "number"));
    select.exchange(soci::into(body));
    prepare(select,
            "SELECT r.body FROM reservations r WHERE r.number = :number" + conditions(query));
    std::vector<Reservation> found;
    for (const long long number : numbers_on(query)) {
        if (found.size() >= query.limit) break;
        values.number = number;
        for (bool more = select.execute(true); more; more = select.fetch()) {
            found.push_back(parsed(body));
        }
    }
    return found;
}

std::vector<long long> HistoryReader::numbers_on(const ReservationQuery& query) {
    const Values values(query);
    long long number = 0;
    soci::statement select(sql_);
    select.exchange(soci::use(values.gpu, "gpu"));
    select.exchange(soci::use(values.from, "from"));
    select.exchange(soci::use(values.to, "to"));
    select.exchange(soci::use(values.after, "after"));
    select.exchange(soci::into(number));
    prepare(select,
            "SELECT number FROM (SELECT CAST(substr(holder, 3) AS INTEGER) AS number FROM claims"
            " WHERE gpu = :gpu AND from_ms < :to AND to_ms > :from"
            " UNION SELECT number FROM given_back WHERE gpu = :gpu)"
            " WHERE number > :after ORDER BY number");
    std::vector<long long> numbers;
    for (bool more = select.execute(true); more; more = select.fetch()) numbers.push_back(number);
    return numbers;
}

}  // namespace berth
