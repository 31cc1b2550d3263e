#include "journal/side_tables.hpp"

namespace berth {

SideTables::SideTables(soci::session& sql, std::mutex& write_lock)
    : write_lock_(write_lock),
      insert_progress_((sql.prepare << "INSERT INTO progress (reservation, attempt, at_ms, body)"
                                       " VALUES (:reservation, :attempt, :at, :body)",
                        soci::use(progress_.reservation), soci::use(progress_.attempt),
                        soci::use(progress_.at_ms), soci::use(progress_.body))),
      select_progress_((sql.prepare << "SELECT attempt, at_ms, body FROM progress"
                                       " WHERE reservation = :reservation ORDER BY number",
                        soci::use(progress_.reservation), soci::into(progress_.attempt),
                        soci::into(progress_.at_ms), soci::into(progress_.body))),
      upsert_cursor_((sql.prepare << "INSERT INTO cursors (follower, sequence)"
                                     " VALUES (:follower, :sequence) ON CONFLICT (follower)"
                                     " DO UPDATE SET sequence = max(sequence, excluded.sequence)",
                      soci::use(cursor_.follower), soci::use(cursor_.sequence))),
      select_cursor_((sql.prepare << "SELECT sequence FROM cursors WHERE follower = :follower",
                      soci::use(cursor_.follower), soci::into(cursor_.sequence))) {}

void SideTables::save(const Progress& progress) {
    // In this order: who waits for a long read to end holds up no commit meanwhile.
    const std::lock_guard lock(mutex_);
    const std::lock_guard writing(write_lock_);
    progress_ = {.reservation = progress.reservation.text(),
                 .attempt = progress.attempt,
                 .at_ms = progress.at.time_since_epoch().count(),
                 .body = progress.body};
    insert_progress_.execute(true);
}

std::vector<Progress> SideTables::progress_of(ReservationId reservation) {
    const std::lock_guard lock(mutex_);
    progress_.reservation = reservation.text();
    std::vector<Progress> found;
    for (bool more = select_progress_.execute(true); more; more = select_progress_.fetch()) {
        found.push_back({.reservation = reservation,
                         .attempt = static_cast<int>(progress_.attempt),
                         .at = Instant(Duration(progress_.at_ms)),
                         .body = progress_.body});
    }
    return found;
}

std::uint64_t SideTables::cursor(const std::string& follower) {
    const std::lock_guard lock(mutex_);
    cursor_ = {.follower = follower, .sequence = 0};
    std::uint64_t found = 0;
    for (bool more = select_cursor_.execute(true); more; more = select_cursor_.fetch()) {
        found = static_cast<std::uint64_t>(cursor_.sequence);
    }
    return found;
}

void SideTables::advance(const std::string& follower, std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    const std::lock_guard writing(write_lock_);
    cursor_ = {.follower = follower, .sequence = static_cast<long long>(sequence)};
    upsert_cursor_.execute(true);
}

}  // namespace berth
