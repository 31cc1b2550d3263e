#include "journal/sqlite_schema.hpp"

#include <array>
#include <span>

#include "journal/sqlite_connection.hpp"

namespace berth {

namespace {

// "BRTH", in the file's header: tells a journal from any other SQLite file.
constexpr int application_id = 0x42525448;

constexpr const char* journal_table = R"(
CREATE TABLE journal (
    sequence        INTEGER PRIMARY KEY,
    time_ms         INTEGER NOT NULL,
    actor           TEXT NOT NULL,
    command         TEXT NOT NULL,
    reason          TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_hash       TEXT NOT NULL,
    reservation     TEXT NOT NULL,
    kind            TEXT NOT NULL,
    event           TEXT NOT NULL,
    previous_hash   TEXT NOT NULL,
    hash            TEXT NOT NULL
) STRICT)";

// Each index of SQLite's ends with the row's number, so a page in order needs no sorting.
constexpr std::array journal_indices = {
    "CREATE INDEX journal_reservation ON journal (reservation)",
    "CREATE INDEX journal_actor ON journal (actor)",
    // Also finds the rows that vouch for a snapshot.
    "CREATE INDEX journal_kind ON journal (kind)",
    "CREATE INDEX journal_command ON journal (command)",
};

constexpr const char* row_teams_table = R"(
CREATE TABLE row_teams (
    team     TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (team, sequence)
) STRICT, WITHOUT ROWID)";

constexpr const char* reservations_table = R"(
CREATE TABLE reservations (
    id            TEXT NOT NULL,
    number        INTEGER PRIMARY KEY,
    state         TEXT NOT NULL,
    owner         TEXT NOT NULL,
    team          TEXT NOT NULL,
    title         TEXT NOT NULL,
    start_ms      INTEGER NOT NULL,
    end_ms        INTEGER NOT NULL,
    booked_end_ms INTEGER NOT NULL,
    priority      TEXT NOT NULL,
    preemptible   INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    body          TEXT NOT NULL
) STRICT)";

constexpr std::array reservation_indices = {
    "CREATE INDEX reservations_state ON reservations (state)",
    "CREATE INDEX reservations_owner ON reservations (owner)",
    "CREATE INDEX reservations_team ON reservations (team)",
};

// An index by time would not help: a page is in the order of the numbers. This one says which
// numbers are worth a look, and rarely changes.
constexpr const char* spans_table = R"(
CREATE TABLE spans (
    block         INTEGER PRIMARY KEY,
    first_from_ms INTEGER NOT NULL,
    last_to_ms    INTEGER NOT NULL
) STRICT)";

// Clustered by GPU and time: the guard finds both neighbours of a claim with one seek each.
constexpr const char* claims_table = R"(
CREATE TABLE claims (
    gpu     TEXT NOT NULL,
    holder  TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL CHECK (from_ms < to_ms),
    PRIMARY KEY (gpu, from_ms),
    UNIQUE (holder, gpu)
) STRICT, WITHOUT ROWID)";

constexpr const char* given_back_table = R"(
CREATE TABLE given_back (
    gpu    TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (gpu, number)
) STRICT, WITHOUT ROWID)";

// Claims on one GPU never overlap, so the nearest one on each side decides. The claim's own earlier
// version (an UPDATE's OLD row) does not count.
std::string overlap_guard(const std::string& change, const std::string& self) {
    const std::string others = "FROM claims WHERE gpu = NEW.gpu AND holder <> " + self;
    return "CREATE TRIGGER claims_never_overlap_on_" + change + " BEFORE " + change +
           " ON claims WHEN NEW.from_ms < (SELECT to_ms " + others +
           " AND from_ms <= NEW.from_ms ORDER BY from_ms DESC LIMIT 1)"
           " OR NEW.to_ms > (SELECT from_ms " +
           others +
           " AND from_ms >= NEW.from_ms ORDER BY from_ms LIMIT 1)"
           " BEGIN SELECT RAISE(ABORT, '" +
           double_booking_text + "'); END";
}

constexpr const char* progress_table = R"(
CREATE TABLE progress (
    number      INTEGER PRIMARY KEY,
    reservation TEXT NOT NULL,
    attempt     INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT)";

constexpr const char* progress_index =
    "CREATE INDEX progress_reservation ON progress (reservation)";

constexpr const char* cursors_table = R"(
CREATE TABLE cursors (
    follower TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID)";

long long number_of(soci::session& sql, const std::string& query) {
    long long number = 0;
    sql << query, soci::into(number);
    return number;
}

}  // namespace

std::expected<SchemaState, std::string> inspect_schema(soci::session& sql,
                                                       const std::string& path) {
    const auto version = number_of(sql, "PRAGMA user_version");
    const auto application = number_of(sql, "PRAGMA application_id");
    if (application != application_id) {
        const auto tables = number_of(sql, "SELECT count(*) FROM sqlite_schema");
        if (tables == 0 && version == 0 && application == 0) return SchemaState::absent;
        return std::unexpected(path + " is a SQLite file, but not a Berth journal");
    }
    if (version > schema_version) {
        return std::unexpected("the journal " + path +
                               " was written by a newer Berth (its schema is " +
                               std::to_string(version) + ", this program knows up to " +
                               std::to_string(schema_version) +
                               "): start the newer program, or restore an older copy");
    }
    return version < schema_version ? SchemaState::older : SchemaState::current;
}

void create_schema(soci::session& sql) {
    WriteTransaction transaction(sql);
    sql << journal_table;
    for (const auto* index : journal_indices) sql << index;
    sql << row_teams_table;
    sql << reservations_table;
    for (const auto* index : reservation_indices) sql << index;
    sql << spans_table;
    sql << claims_table;
    sql << given_back_table;
    sql << overlap_guard("INSERT", "NEW.holder");
    sql << overlap_guard("UPDATE", "OLD.holder");
    sql << progress_table;
    sql << progress_index;
    sql << cursors_table;
    sql << "PRAGMA application_id = " << application_id;
    sql << "PRAGMA user_version = " << schema_version;
    transaction.commit();
}

namespace {

// Keys `reservations` by number, and adds what pages of history and audit search with.
void migrate_to_2(soci::session& sql) {
    sql << "ALTER TABLE reservations RENAME TO reservations_1";
    sql << reservations_table;
    sql << "INSERT INTO reservations SELECT id, number, state, owner, team, title, start_ms, "
           "end_ms,"
           " booked_end_ms, priority, preemptible, revision, body FROM reservations_1"
           " ORDER BY number";
    sql << "DROP TABLE reservations_1";
    for (const auto* index : reservation_indices) sql << index;
    sql << journal_indices[1];
    sql << row_teams_table;
    sql << "INSERT INTO row_teams SELECT team, sequence FROM journal JOIN reservations"
           " ON number = CAST(substr(reservation, 3) AS INTEGER)"
           " WHERE reservation <> '' ORDER BY team, sequence";
    sql << spans_table;
    sql << "INSERT INTO spans SELECT number / " << span_block
        << ", min(start_ms), max(end_ms) FROM reservations GROUP BY 1";
    sql << given_back_table;
    // Those that ended without a claim: what they had booked is in their last state.
    sql << "INSERT INTO given_back SELECT DISTINCT booked.value, r.number"
           " FROM reservations r, json_each(r.body, '$.gpus') booked"
           " WHERE r.state IN ('completed', 'failed', 'cancelled', 'expired') AND NOT EXISTS"
           " (SELECT 1 FROM claims WHERE holder = r.id AND gpu = booked.value)";
}

// An audit searches by the kind of event and by command.
void migrate_to_3(soci::session& sql) {
    sql << "DROP INDEX IF EXISTS journal_snapshot";
    for (const auto* index : std::span(journal_indices).subspan(2)) sql << index;
}

}  // namespace

void migrate_schema(soci::session& sql) {
    WriteTransaction transaction(sql);
    if (number_of(sql, "PRAGMA user_version") < 2) migrate_to_2(sql);
    migrate_to_3(sql);
    sql << "PRAGMA user_version = " << schema_version;
    transaction.commit();
}

}  // namespace berth
