#include "journal/sqlite_journal.hpp"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "journal/batch_writer.hpp"
#include "journal/file_hold.hpp"
#include "journal/reassure.hpp"
#include "journal/row_reader.hpp"
#include "journal/side_tables.hpp"
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
          side_sql(connect(path, ConnectionUse::side, options.most_pages)),
          writer(*append_sql),
          reader(*read_sql),
          side(*side_sql, write_lock) {}

    FileHold hold;
    std::unique_ptr<soci::session> append_sql;
    std::unique_ptr<soci::session> read_sql;
    std::unique_ptr<soci::session> side_sql;
    std::mutex write_lock;
    BatchWriter writer;  // guarded by write_lock
    RowReader reader;
    SideTables side;
};

namespace {

using std::filesystem::path;

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A new name in a folder is on disk only once the folder is.
void sync_folder(const path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) throw_errno("cannot open " + folder.string());
    const int result = fsync(descriptor);
    const int error = errno;
    close(descriptor);
    errno = error;
    if (result != 0) throw_errno("cannot sync " + folder.string());
}

void create_folder(const path& folder) {
    std::vector<path> missing;
    for (path at = folder; !std::filesystem::exists(at); at = at.parent_path()) {
        missing.push_back(at);
    }
    std::filesystem::create_directories(folder);
    for (const auto& made : missing) sync_folder(made.parent_path());
}

// SQLite would create it readable by everyone; its log and index take over this file's mode.
void create_file(const path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) throw_errno("cannot open " + file.string());
    close(descriptor);
}

std::vector<JournalRow> journal_rows(const std::vector<StoredRow>& stored) {
    std::vector<JournalRow> rows;
    rows.reserve(stored.size());
    for (const auto& row : stored) rows.push_back(to_journal_row(row));
    return rows;
}

// Where a walk that begins after `sequence` stands. Error: that row is not as it was written.
std::expected<ChainHead, std::string> head_at(RowReader& reader, std::uint64_t sequence) {
    if (sequence == 0) return ChainHead{};
    const auto rows = reader.page(static_cast<long long>(sequence) - 1, 1);
    if (rows.empty() || rows.front().sequence != static_cast<long long>(sequence)) {
        return std::unexpected("row " + std::to_string(sequence) + " is missing");
    }
    if (const auto fault = own_fault(rows.front())) return std::unexpected(fault->message);
    return ChainHead{.sequence = sequence, .hash = rows.front().hash};
}

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
    if (inspect_schema(*sql, file.string()) == SchemaState::absent) {
        create_schema(*sql);
    }
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
    try {
        const auto head = head_at(impl_->reader, sequence);
        if (!head) return std::unexpected(head.error());
        ChainWalker walker(*head);
        const auto start = sequence == 0 ? before_all_rows : static_cast<long long>(sequence);
        const auto fault = impl_->reader.walk(
            walker, start, [&](const StoredRow& stored) { row(to_journal_row(stored)); });
        if (fault) return std::unexpected(fault->message);
        return {};
    } catch (const soci::soci_error& error) {
        return std::unexpected(std::string("the journal cannot be read: ") + error.what());
    }
}

std::vector<JournalRow> SqliteJournal::rows_of(ReservationId reservation) {
    return journal_rows(impl_->reader.about(reservation.text()));
}

std::vector<JournalRow> SqliteJournal::rows_after(std::uint64_t sequence, std::size_t limit) {
    return journal_rows(impl_->reader.page(static_cast<long long>(sequence), limit));
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
