#include "journal/audit_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth {

namespace {

// A GPU's rows: those of reservations that have it or gave it back, and those of its health.
constexpr const char* rows_of_gpu =
    "sequence IN (SELECT sequence FROM journal WHERE reservation IN"
    " (SELECT holder FROM claims WHERE gpu = :gpu UNION"
    " SELECT CASE WHEN number < 0 THEN 'q' || number ELSE 'r-' || number END"
    " FROM given_back WHERE gpu = :gpu)"
    " UNION SELECT sequence FROM journal WHERE kind = 'gpu_health_changed'"
    " AND EXISTS (SELECT 1 FROM json_each(event, '$.gpus') named WHERE named.value = :gpu))";

constexpr const char* has_text =
    "(reason LIKE :text ESCAPE '\\' OR EXISTS (SELECT 1 FROM reservations r"
    " WHERE r.number = CAST(substr(reservation, 3) AS INTEGER) *"
    " CASE WHEN reservation LIKE 'q-%' THEN -1 ELSE 1 END"
    " AND reservation <> '' AND r.title LIKE :text ESCAPE '\\'))";

constexpr const char* has_team =
    "EXISTS (SELECT 1 FROM row_teams t WHERE t.team = :team AND t.sequence = journal.sequence)";

// What LIKE finds that text by, wherever it stands.
std::string pattern_of(const std::string& text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// Only one filter's index is used, that of the fewest rows; "+" keeps SQLite, which does not know
// how many there are, from the others.
class PageText {
public:
    explicit PageText(const AuditQuery& query) : query_(query) {}

    std::string text() {
        std::string page = select_rows;
        page += "WHERE ";
        if (query_.reservation) {
            page += "reservation = :reservation" + range();
            is_walked_ = true;
        } else if (query_.gpu) {
            page += rows_of_gpu + (" AND " + range("+").substr(5));
            is_walked_ = true;
        } else if (query_.team) {
            // CROSS keeps SQLite from walking the journal instead of the team's rows.
            page =
                "SELECT j.sequence, time_ms, actor, command, reason, idempotency_key, body_hash,"
                " reservation, kind, event, previous_hash, hash FROM row_teams t"
                " CROSS JOIN journal j ON j.sequence = t.sequence WHERE t.team = :team" +
                range("t.");
            is_walked_ = true;
        } else {
            page += range().substr(5);
        }
        return page + filters() + order();
    }

private:
    [[nodiscard]] static std::string range(const std::string& of = "") {
        return " AND " + of + "sequence > :after AND " + of + "sequence < :before";
    }

    std::string filters() {
        std::string text;
        if (query_.actor) text += equals("actor");
        if (query_.kind) text += equals("kind");
        if (query_.command) text += equals("command");
        if (query_.gpu && query_.reservation) text += std::string(" AND +") + rows_of_gpu;
        if (query_.team && (query_.gpu || query_.reservation)) {
            text += std::string(" AND ") + has_team;
        }
        if (query_.text) text += std::string(" AND ") + has_text;
        return text;
    }

    std::string equals(const std::string& column) {
        const std::string plus = std::exchange(is_walked_, true) ? "+" : "";
        return " AND " + plus + column + " = :" + column;
    }

    [[nodiscard]] std::string order() const {
        const bool of_team = query_.team && !query_.gpu && !query_.reservation;
        std::string text = of_team ? " ORDER BY t.sequence" : " ORDER BY sequence";
        if (query_.order == AuditOrder::newest_first) text += " DESC";
        return text + " LIMIT :limit";
    }

    const AuditQuery& query_;
    bool is_walked_ = false;  // an index is in use already
};

}  // namespace

std::vector<JournalRow> AuditReader::audit(const AuditQuery& query) {
    constexpr auto no_limit = std::numeric_limits<long long>::max();
    long long after = static_cast<long long>(query.after);
    long long before = query.before ? static_cast<long long>(*query.before) : no_limit;
    if (query.from) after = std::max(after, first_row_at(*query.from) - 1);
    if (query.to) before = std::min(before, first_row_at(*query.to));
    const auto limit = static_cast<long long>(
        std::min<std::size_t>(query.limit, std::numeric_limits<std::int32_t>::max()));
    const std::string reservation = query.reservation ? query.reservation->text() : "";
    const std::string pattern = query.text ? pattern_of(*query.text) : "";
    StoredRow row;
    soci::statement select(sql_);
    select.exchange(soci::use(after, "after"));
    select.exchange(soci::use(before, "before"));
    select.exchange(soci::use(limit, "limit"));
    if (query.team) select.exchange(soci::use(*query.team, "team"));
    if (query.actor) select.exchange(soci::use(*query.actor, "actor"));
    if (query.kind) select.exchange(soci::use(*query.kind, "kind"));
    if (query.command) select.exchange(soci::use(*query.command, "command"));
    if (query.gpu) select.exchange(soci::use(*query.gpu, "gpu"));
    if (query.text) select.exchange(soci::use(pattern, "text"));
    if (query.reservation) select.exchange(soci::use(reservation, "reservation"));
    bind_row(select, row);
    select.alloc();
    select.prepare(PageText(query).text());
    select.define_and_bind();
    std::vector<JournalRow> found;
    for (bool more = select.execute(true); more; more = select.fetch()) {
        found.push_back(to_journal_row(row));
    }
    return found;
}

long long AuditReader::first_row_at(Instant time) {
    const auto wanted = time.time_since_epoch().count();
    long long low = 0;   // before every row
    long long high = 0;  // not before `time`, or behind all rows
    sql_ << "SELECT coalesce(max(sequence), 0) + 1 FROM journal", soci::into(high);
    long long middle = 0;
    long long time_ms = 0;
    soci::statement look = (sql_.prepare << "SELECT time_ms FROM journal WHERE sequence >= :middle"
                                            " ORDER BY sequence LIMIT 1",
                            soci::use(middle), soci::into(time_ms));
    while (high - low > 1) {
        middle = low + (high - low) / 2;
        bool late = true;
        for (bool more = look.execute(true); more; more = look.fetch()) late = time_ms >= wanted;
        (late ? high : low) = middle;
    }
    return high;
}

}  // namespace berth
