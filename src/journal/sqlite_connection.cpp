#include "journal/sqlite_connection.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <stdexcept>

namespace berth {

namespace {

sqlite_api::sqlite3* handle_of(soci::session& sql) {
    // SOCI wraps neither sqlite3_get_autocommit() nor sqlite3_system_errno().
    return static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_;
}

// The file name is quoted: SOCI would take blanks and "=" in it for options.
std::string connect_text(const std::string& path, ConnectionUse use) {
    if (path.find('"') != std::string::npos) {
        throw std::runtime_error("the path " + path + " contains a double quote");
    }
    const std::string name = "dbname=\"" + path + "\"";
    return use == ConnectionUse::inspect ? name + " readonly=true" : name;
}

void use_write_ahead_log(soci::session& sql) {
    std::string mode;
    soci::statement change = (sql.prepare << "PRAGMA journal_mode = WAL", soci::into(mode));
    // To its end: the switch is committed after the row that says "wal". Left at that row, SOCI
    // does not tell of an error, and the rollback journal stays in use, whose removal is not
    // synced.
    for (bool more = change.execute(true); more; more = change.fetch()) continue;
    if (mode != "wal") {
        throw std::runtime_error("the file system does not allow SQLite's write-ahead log");
    }
}

void set_up(soci::session& sql, ConnectionUse use) {
    switch (use) {
        case ConnectionUse::append:
            use_write_ahead_log(sql);
            sql << "PRAGMA synchronous = FULL";
            // A long log is cut back after its checkpoint, so that it does not keep the disk full.
            sql << "PRAGMA journal_size_limit = 16777216";
            // A checkpoint holds up an append: the longer the log, the more of its pages are
            // written once instead of several times. Recovering 16 MB takes a moment only.
            sql << "PRAGMA wal_autocheckpoint = 4000";
            // Room for the pages that bookings all over the calendar touch again and again.
            sql << "PRAGMA cache_size = -65536";
            break;
        case ConnectionUse::side:
            sql << "PRAGMA synchronous = NORMAL";
            // Checkpoints sync the disk; the appending connection makes them where it can.
            sql << "PRAGMA wal_autocheckpoint = 16000";
            break;
        case ConnectionUse::read:
        case ConnectionUse::inspect:
            sql << "PRAGMA query_only = ON";
            break;
    }
}

}  // namespace

std::unique_ptr<soci::session> connect(const std::string& path, ConnectionUse use,
                                       long long most_pages) {
    auto sql = std::make_unique<soci::session>(soci::sqlite3, connect_text(path, use));
    *sql << "PRAGMA busy_timeout = 10000";
    // Statement journals in memory: a full temporary folder must not fail an append.
    *sql << "PRAGMA temp_store = MEMORY";
    set_up(*sql, use);
    if (most_pages > 0) *sql << "PRAGMA max_page_count = " << most_pages;
    return sql;
}

int system_error(soci::session& sql) {
    return sqlite_api::sqlite3_system_errno(handle_of(sql));
}

bool roll_back(soci::session& sql) noexcept {
    const auto is_open = [&] { return sqlite_api::sqlite3_get_autocommit(handle_of(sql)) == 0; };
    if (!is_open()) return true;
    try {
        sql << "ROLLBACK";
    } catch (const soci::soci_error&) {
        // What counts is whether the transaction is gone.
    }
    return !is_open();
}

WriteTransaction::WriteTransaction(soci::session& sql) : sql_(sql) {
    // IMMEDIATE waits for the write lock here; a transaction that begins by reading could not.
    sql_ << "BEGIN IMMEDIATE";
}

WriteTransaction::~WriteTransaction() {
    roll_back(sql_);
}

void WriteTransaction::commit() {
    sql_ << "COMMIT";
}

}  // namespace berth
