#include "journal/sqlite_journal.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <mutex>

#include "journal/audit_reader.hpp"
#include "journal/batch_writer.hpp"
#include "journal/durable_files.hpp"
#include "journal/file_hold.hpp"
#include "journal/history_reader.hpp"
#include "journal/reassure.hpp"
#include "journal/row_reader.hpp"
#include "journal/side_tables.hpp"
#include "journal/snapshot_store.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_schema.hpp"

namespace berth {

// Connections come before what is prepared on them, the hold before all.
struct SqliteJournal::Impl {
    Impl(FileHold the_hold, std::unique_ptr<soci::session> append, const std::string& path,
         const SqliteJournalOptions& options)
        : hold(std::move(the_hold)),
          append_sql(std::move(append)),
          read_sql(connect(path, ConnectionUse::read)),
          query_sql(connect(path, ConnectionUse::read)),
          audit_sql(connect(path, ConnectionUse::read)),
          scan_sql(connect(path, ConnectionUse::read)),
          snapshot_sql(connect(path, ConnectionUse::read)),
          side_sql(connect(path, ConnectionUse::side, options.most_pages)),
          writer(*append_sql),
          reader(*read_sql),
          history(*query_sql),
          audit(*audit_sql),
          scan(*scan_sql),
          snapshots(*snapshot_sql, path),
          side(*side_sql, write_lock) {
        snapshots.remove_leftovers();
    }

    FileHold hold;
    std::unique_ptr<soci::session> append_sql;
    std::unique_ptr<soci::session> read_sql;
    std::unique_ptr<soci::session> query_sql;
    std::unique_ptr<soci::session> audit_sql;
    std::unique_ptr<soci::session> scan_sql;
    std::unique_ptr<soci::session> snapshot_sql;
    std::unique_ptr<soci::session> side_sql;
    std::mutex write_lock;
    BatchWriter writer;  // guarded by write_lock
    RowReader reader;
    std::mutex query_lock;
    HistoryReader history;  // guarded by query_lock
    std::mutex audit_lock;
    AuditReader audit;  // guarded by audit_lock
    std::mutex scan_lock;
    HistoryReader scan;  // guarded by scan_lock
    SnapshotStore snapshots;
    SideTables side;
};

namespace {

using std::filesystem::path;

// Looked at without changing anything: a journal that is refused stays as it is.
std::expected<SchemaState, std::string> look_at_schema(const path& file) {
    try {
        const auto look = connect(file.string(), ConnectionUse::inspect);
        return inspect_schema(*look, file.string());
    } catch (const soci::sqlite3_soci_error& error) {
        if ((error.result() & 0xFF) != SQLITE_READONLY) throw;
    }
    // A crash during the very first start left a rollback journal, which only a writer can undo.
    const auto look = connect(file.string(), ConnectionUse::read);
    return inspect_schema(*look, file.string());
}

// The connection on which a current schema is, in a new file or an old one.
std::expected<std::unique_ptr<soci::session>, std::string> open_current(
    const path& file, const SqliteJournalOptions& options) {
    create_file(file);
    if (const auto state = look_at_schema(file); !state) return std::unexpected(state.error());
    auto sql = connect(file.string(), ConnectionUse::append, options.most_pages);
    const auto state = inspect_schema(*sql, file.string());
    if (state == SchemaState::absent) {
        create_schema(*sql);
    }
    if (state == SchemaState::older) migrate_schema(*sql);
    write_again_and_sync(*sql);
    sync_folder(file.parent_path());
    return sql;
}

}  // namespace

std::expected<std::unique_ptr<SqliteJournal>, std::string> SqliteJournal::open(
    const std::string& path_text, SqliteJournalOptions options) {
    try {
        const path file = std::filesystem::absolute(path_text);
        create_folder(file.parent_path());
        auto hold = FileHold::take(file.string() + ".lock", "the journal " + file.string());
        if (!hold) return std::unexpected(hold.error());
        auto sql = open_current(file, options);
        if (!sql) return std::unexpected(sql.error());
        return std::unique_ptr<SqliteJournal>(new SqliteJournal(
            std::make_unique<Impl>(std::move(*hold), std::move(*sql), file.string(), options)));
    } catch (const std::exception& error) {
        return std::unexpected("the journal " + path_text + " cannot be opened: " + error.what());
    }
}

SqliteJournal::SqliteJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SqliteJournal::~SqliteJournal() = default;

CommitOutcome SqliteJournal::append(std::span<const JournalRow> rows,
                                    std::span<const Projection> projections) {
    const std::lock_guard lock(impl_->write_lock);
    return impl_->writer.append(rows, projections);
}

std::expected<void, std::string> SqliteJournal::read_after(
    std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) {
    return impl_->reader.read_after(sequence, row);
}

std::vector<JournalRow> SqliteJournal::rows_of(ReservationId reservation) {
    return to_journal_rows(impl_->reader.about(reservation.text()));
}

std::vector<JournalRow> SqliteJournal::rows_after(std::uint64_t sequence, std::size_t limit) {
    return to_journal_rows(impl_->reader.page(static_cast<long long>(sequence), limit));
}

std::expected<SnapshotTaken, std::string> SqliteJournal::keep(const Snapshot& snapshot) {
    return impl_->snapshots.keep(snapshot);
}

std::optional<Snapshot> SqliteJournal::newest(
    const std::function<void(const std::string&)>& report) {
    return impl_->snapshots.newest(report);
}

std::optional<Reservation> SqliteJournal::reservation(ReservationId id) {
    const std::lock_guard lock(impl_->query_lock);
    return impl_->history.reservation(id);
}

std::vector<Reservation> SqliteJournal::reservations(const ReservationQuery& query) {
    const std::lock_guard lock(impl_->query_lock);
    return impl_->history.reservations(query);
}

void SqliteJournal::each_within(const Span& span,
                                const std::function<void(const Reservation&)>& give) {
    const std::lock_guard lock(impl_->scan_lock);
    impl_->scan.each_within(span, give);
}

std::vector<JournalRow> SqliteJournal::audit(const AuditQuery& query) {
    const std::lock_guard lock(impl_->audit_lock);
    return impl_->audit.audit(query);
}

void SqliteJournal::save(const Progress& progress) {
    impl_->side.save(progress);
}

std::vector<Progress> SqliteJournal::of(ReservationId reservation) {
    return impl_->side.progress_of(reservation);
}

std::uint64_t SqliteJournal::cursor(const std::string& follower) {
    return impl_->side.cursor(follower);
}

void SqliteJournal::advance(const std::string& follower, std::uint64_t sequence) {
    impl_->side.advance(follower, sequence);
}

std::string SqliteJournal::last_error() const {
    const std::lock_guard lock(impl_->write_lock);
    return impl_->writer.last_error();
}

}  // namespace berth
