// The journal in one SQLite file: the rows with their hash chain, the projections for SQL users and
// searches, and the side tables; snapshots lie in files beside it. docs/journal-format.md describes
// them all.
//
//     auto journal = SqliteJournal::open("var/journal.sqlite");
//     if (!journal) return fail(journal.error());
//     Engine engine(**journal, clock, options);
//
// append() is for one thread (the engine's writer); everything else may be called from any thread,
// beside it. What append() calls committed survives a crash and a power loss. Reading and the side
// tables throw std::runtime_error when SQLite fails.
#pragma once

#include <memory>

#include "engine/journal_port.hpp"

namespace berth {

struct SqliteJournalOptions {
    // The size in SQLite pages beyond which the file must not grow (then the disk counts as full);
    // 0 leaves that to the disk.
    long long most_pages = 0;
};

class SqliteJournal : public JournalPort,
                      public SnapshotPort,
                      public HistoryPort,
                      public AuditPort,
                      public ProgressPort,
                      public CursorPort {
public:
    // Creates the file, and its folder, where they are missing. Errors are sentences: the journal
    // is open elsewhere, is of a newer Berth, is no journal, or cannot be opened.
    static std::expected<std::unique_ptr<SqliteJournal>, std::string> open(
        const std::string& path, SqliteJournalOptions options = {});
    ~SqliteJournal() override;
    SqliteJournal(const SqliteJournal&) = delete;
    SqliteJournal& operator=(const SqliteJournal&) = delete;

    // Preconditions: the rows follow the journal's last one without a gap.
    CommitOutcome append(std::span<const JournalRow> rows,
                         std::span<const Projection> projections) override;
    std::expected<void, std::string> read_after(
        std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) override;
    [[nodiscard]] std::vector<JournalRow> rows_of(ReservationId reservation) override;
    [[nodiscard]] std::vector<JournalRow> rows_after(std::uint64_t sequence,
                                                     std::size_t limit) override;

    std::expected<SnapshotTaken, std::string> keep(const Snapshot& snapshot) override;
    [[nodiscard]] std::optional<Snapshot> newest(
        const std::function<void(const std::string&)>& report) override;

    [[nodiscard]] std::optional<Reservation> reservation(ReservationId id) override;
    [[nodiscard]] std::vector<Reservation> reservations(const ReservationQuery& query) override;
    void each_within(const Span& span,
                     const std::function<void(const Reservation&)>& give) override;
    [[nodiscard]] std::vector<JournalRow> audit(const AuditQuery& query) override;

    void save(const Progress& progress) override;
    [[nodiscard]] std::vector<Progress> of(ReservationId reservation) override;

    [[nodiscard]] std::uint64_t cursor(const std::string& follower) override;
    void advance(const std::string& follower, std::uint64_t sequence) override;

    // Why the last append failed, for the log; empty when it did not.
    [[nodiscard]] std::string last_error() const;

private:
    struct Impl;
    explicit SqliteJournal(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
