#include "journal/journal_reader.hpp"

#include <filesystem>

#include "journal/audit_reader.hpp"
#include "journal/history_reader.hpp"
#include "journal/row_reader.hpp"
#include "journal/snapshot_store.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_schema.hpp"

namespace berth {

struct JournalReader::Impl {
    Impl(std::unique_ptr<soci::session> connection, const std::string& path)
        : sql(std::move(connection)),
          rows(*sql),
          snapshots(*sql, path),
          history(*sql),
          audit(*sql) {}

    std::unique_ptr<soci::session> sql;
    RowReader rows;
    SnapshotStore snapshots;
    HistoryReader history;
    AuditReader audit;
};

std::expected<std::unique_ptr<JournalReader>, std::string> JournalReader::open(
    const std::string& path) {
    if (!std::filesystem::exists(path)) return std::unexpected("there is no journal " + path);
    try {
        auto sql = connect(path, ConnectionUse::inspect);
        const auto state = inspect_schema(*sql, path);
        if (!state) return std::unexpected(state.error());
        if (*state == SchemaState::absent) return std::unexpected(path + " is an empty file");
        if (*state == SchemaState::older) {
            return std::unexpected("the journal " + path +
                                   " is of an older Berth: start this version's berthd on it once,"
                                   " which brings it up to date");
        }
        return std::unique_ptr<JournalReader>(new JournalReader(
            std::make_unique<Impl>(std::move(sql), std::filesystem::absolute(path).string())));
    } catch (const std::exception& error) {
        return std::unexpected("the journal " + path + " cannot be read: " + error.what());
    }
}

JournalReader::JournalReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

JournalReader::~JournalReader() = default;

std::expected<void, std::string> JournalReader::read_after(
    std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) {
    return impl_->rows.read_after(sequence, row);
}

std::optional<Snapshot> JournalReader::newest(
    const std::function<void(const std::string&)>& report) {
    return impl_->snapshots.newest(report);
}

std::optional<Reservation> JournalReader::reservation(ReservationId id) {
    return impl_->history.reservation(id);
}

std::vector<Reservation> JournalReader::reservations(const ReservationQuery& query) {
    return impl_->history.reservations(query);
}

void JournalReader::each_within(const Span& span,
                                const std::function<void(const Reservation&)>& give) {
    impl_->history.each_within(span, give);
}

std::vector<JournalRow> JournalReader::audit(const AuditQuery& query) {
    return impl_->audit.audit(query);
}

}  // namespace berth
