// What the journal's tests share: a folder of their own, rows and reservations to write, and a way
// to edit the file behind the journal's back.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "journal/sqlite_journal.hpp"

namespace berth::testing {

class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class JournalTest : public ::testing::Test {
protected:
    void open(SqliteJournalOptions options = {});
    void close() { journal_.reset(); }
    // Edits or asks the file over a connection that knows nothing of Berth.
    void edit(const std::string& statement);
    std::string ask(const std::string& query);
    // Appends `count` rows, one batch.
    void append_rows(int count);
    CommitOutcome append(const std::vector<Reservation>& reservations);
    CommitOutcome append(const Reservation& reservation) {
        return append(std::vector{reservation});
    }
    // "gpu holder from-to" in hours, sorted; one a line.
    std::string claims();

    TempFolder folder_;
    std::string path_ = folder_.file("journal.sqlite");
    std::unique_ptr<SqliteJournal> journal_;
    std::uint64_t last_ = 0;  // sequence of the last committed row
};

Instant hour(int hours);
// A row with something in every column.
JournalRow row_at(std::uint64_t sequence);
// Confirmed on `gpus` from hour `from` to hour `to`.
Reservation booked(std::uint64_t number, std::vector<std::string> gpus, int from, int to);
Reservation ended(Reservation reservation, ReservationState state, int at);

}  // namespace berth::testing
