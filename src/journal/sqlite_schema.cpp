#include "journal/sqlite_schema.hpp"

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

constexpr const char* journal_index = "CREATE INDEX journal_reservation ON journal (reservation)";

constexpr const char* reservations_table = R"(
CREATE TABLE reservations (
    id            TEXT PRIMARY KEY,
    number        INTEGER NOT NULL UNIQUE,
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
    return SchemaState::current;
}

void create_schema(soci::session& sql) {
    WriteTransaction transaction(sql);
    sql << journal_table;
    sql << journal_index;
    sql << reservations_table;
    sql << claims_table;
    sql << overlap_guard("INSERT", "NEW.holder");
    sql << overlap_guard("UPDATE", "OLD.holder");
    sql << progress_table;
    sql << progress_index;
    sql << cursors_table;
    sql << "PRAGMA application_id = " << application_id;
    sql << "PRAGMA user_version = " << schema_version;
    transaction.commit();
}

}  // namespace berth
