// Snapshots of the state, each in a file of its own beside the journal: `journal.sqlite.snapshot-N`
// is the state after row N, compressed. They are kept out of the SQLite file so that writing one
// never takes the write lock from an append. What vouches for a file is a row of the journal.
// Any thread.
#pragma once

#include <soci/soci.h>

#include <filesystem>
#include <mutex>

#include "engine/journal_port.hpp"
#include "journal/row_reader.hpp"

namespace berth {

class SnapshotStore {
public:
    // `sql` reads, and is nobody else's. `journal` is the SQLite file.
    SnapshotStore(soci::session& sql, std::filesystem::path journal);

    // As SnapshotPort says.
    std::expected<SnapshotTaken, std::string> keep(const Snapshot& snapshot);
    std::optional<Snapshot> newest(const std::function<void(const std::string&)>& report);
    // What a crash left half-written.
    void remove_leftovers();

private:
    // The newest rows that vouch for a snapshot, newest first.
    std::vector<SnapshotTaken> vouched();
    std::vector<SnapshotTaken> vouched_locked();
    std::optional<StoredRow> row_at(std::uint64_t sequence);
    std::expected<Snapshot, std::string> load(const SnapshotTaken& taken);
    // All but those that are worth keeping.
    void remove_old(std::uint64_t newest);
    [[nodiscard]] std::filesystem::path file_of(std::uint64_t through) const;
    [[nodiscard]] std::filesystem::path temporary_file() const;

    std::mutex mutex_;  // guards `keep` as a whole, and the connection
    soci::session& sql_;
    RowReader rows_;
    std::filesystem::path journal_;
};

}  // namespace berth
