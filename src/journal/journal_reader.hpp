// Reads a journal file without a server, or beside one: takes no hold and changes no row. For
// `berth audit` and `berth calendar`.
//
//     auto journal = JournalReader::open("var/journal.sqlite");
//     if (!journal) return fail(journal.error());
//     for (const JournalRow& row : (*journal)->audit(query)) print(row);
//
// One thread at a time. SQLite may leave its log and index (-wal, -shm) beside the file. Reading
// throws std::runtime_error when SQLite fails.
#pragma once

#include <memory>

#include "engine/journal_port.hpp"

namespace berth {

class JournalReader : public HistoryPort, public AuditPort {
public:
    // Errors are sentences: no such file, no journal, of another version of Berth.
    static std::expected<std::unique_ptr<JournalReader>, std::string> open(const std::string& path);
    ~JournalReader() override;
    JournalReader(const JournalReader&) = delete;
    JournalReader& operator=(const JournalReader&) = delete;

    // As JournalPort::read_after().
    std::expected<void, std::string> read_after(std::uint64_t sequence,
                                                const std::function<void(const JournalRow&)>& row);
    // As SnapshotPort::newest().
    [[nodiscard]] std::optional<Snapshot> newest(
        const std::function<void(const std::string&)>& report);

    [[nodiscard]] std::optional<Reservation> reservation(ReservationId id) override;
    [[nodiscard]] std::vector<Reservation> reservations(const ReservationQuery& query) override;
    void each_within(const Span& span,
                     const std::function<void(const Reservation&)>& give) override;
    [[nodiscard]] std::vector<JournalRow> audit(const AuditQuery& query) override;

private:
    struct Impl;
    explicit JournalReader(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
