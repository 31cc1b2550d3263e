// What is durable beside the journal and no decision reads: the jobs' progress, and how far each
// follower has come. Any thread; errors come as soci::soci_error.
//
// A power loss (not a crash of berthd) may take the last writes: a follower then sees some rows
// again, and a progress line is missing. The next append makes all earlier writes safe.
#pragma once

#include <soci/soci.h>

#include <mutex>
#include <string>
#include <vector>

#include "engine/journal_port.hpp"

namespace berth {

class SideTables {
public:
    // `write_lock` is shared with the appending connection: SQLite has one writer at a time, and
    // waiting in this queue is prompt where SQLite's own waiting sleeps and tries again.
    SideTables(soci::session& sql, std::mutex& write_lock);
    SideTables(const SideTables&) = delete;
    SideTables& operator=(const SideTables&) = delete;

    void save(const Progress& progress);
    std::vector<Progress> progress_of(ReservationId reservation);

    std::uint64_t cursor(const std::string& follower);
    // Never goes back.
    void advance(const std::string& follower, std::uint64_t sequence);

private:
    struct ProgressColumns {
        std::string reservation;
        long long attempt = 0;
        long long at_ms = 0;
        std::string body;
    };
    struct CursorColumns {
        std::string follower;
        long long sequence = 0;
    };

    std::mutex& write_lock_;  // taken before mutex_
    std::mutex mutex_;        // guards all below
    ProgressColumns progress_;
    CursorColumns cursor_;
    soci::statement insert_progress_;
    soci::statement select_progress_;
    soci::statement upsert_cursor_;
    soci::statement select_cursor_;
};

}  // namespace berth
