#include "journal/audit_reader.hpp"

#include <algorithm>
#include <limits>

namespace berth {

namespace {

// The rows about one reservation are few: whatever else is asked, they are looked at one by one.
// "+" keeps SQLite, which does not know that, from another index.
std::string page_of_one(const AuditQuery& query) {
    std::string text = select_rows;
    text += "WHERE reservation = :reservation AND sequence > :after AND sequence < :before";
    if (query.actor) text += " AND +actor = :actor";
    if (query.team) {
        text +=
            " AND EXISTS (SELECT 1 FROM row_teams t"
            " WHERE t.team = :team AND t.sequence = journal.sequence)";
    }
    return text + " ORDER BY sequence LIMIT :limit";
}

std::string page_text(const AuditQuery& query) {
    if (query.reservation) return page_of_one(query);
    std::string text = select_rows;
    if (query.team) {
        // CROSS keeps SQLite from walking the journal instead of the team's rows.
        text =
            "SELECT j.sequence, time_ms, actor, command, reason, idempotency_key, body_hash,"
            " reservation, kind, event, previous_hash, hash FROM row_teams t"
            " CROSS JOIN journal j ON j.sequence = t.sequence"
            " WHERE t.team = :team AND t.sequence > :after AND t.sequence < :before";
    } else {
        text += "WHERE sequence > :after AND sequence < :before";
    }
    if (query.actor) text += " AND actor = :actor";
    return text + (query.team ? " ORDER BY t.sequence" : " ORDER BY sequence") + " LIMIT :limit";
}

}  // namespace

std::vector<JournalRow> AuditReader::audit(const AuditQuery& query) {
    long long after = static_cast<long long>(query.after);
    long long before = std::numeric_limits<long long>::max();
    if (query.from) after = std::max(after, first_row_at(*query.from) - 1);
    if (query.to) before = first_row_at(*query.to);
    const auto limit = static_cast<long long>(
        std::min<std::size_t>(query.limit, std::numeric_limits<std::int32_t>::max()));
    const std::string reservation = query.reservation ? query.reservation->text() : "";
    StoredRow row;
    soci::statement select(sql_);
    select.exchange(soci::use(after, "after"));
    select.exchange(soci::use(before, "before"));
    select.exchange(soci::use(limit, "limit"));
    if (query.team) select.exchange(soci::use(*query.team, "team"));
    if (query.actor) select.exchange(soci::use(*query.actor, "actor"));
    if (query.reservation) select.exchange(soci::use(reservation, "reservation"));
    bind_row(select, row);
    select.alloc();
    select.prepare(page_text(query));
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
