// A real SQLite journal that a simulation writes beside its own: its guard sees every claim, and at
// the end its rows must tell the same story. Its folder goes with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "journal/sqlite_journal.hpp"

namespace berth::simulation {

class DiskLog {
public:
    // Throws std::runtime_error when it cannot be made.
    explicit DiskLog(std::uint64_t seed);
    ~DiskLog();
    DiskLog(const DiskLog&) = delete;
    DiskLog& operator=(const DiskLog&) = delete;

    [[nodiscard]] JournalPort& journal() { return *journal_; }

private:
    std::filesystem::path folder_;
    std::unique_ptr<SqliteJournal> journal_;
};

}  // namespace berth::simulation
