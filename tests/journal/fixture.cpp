#include "journal/fixture.hpp"

#include <soci/sqlite3/soci-sqlite3.h>
#include <stdlib.h>  // mkdtemp()

#include <stdexcept>

namespace berth::testing {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "berth-journal-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void JournalTest::open(SqliteJournalOptions options) {
    auto opened = SqliteJournal::open(path_, options);
    ASSERT_TRUE(opened.has_value()) << opened.error();
    journal_ = std::move(*opened);
}

void JournalTest::edit(const std::string& statement) {
    soci::session sql(soci::sqlite3, "dbname=\"" + path_ + "\"");
    sql << statement;
}

std::string JournalTest::ask(const std::string& query) {
    soci::session sql(soci::sqlite3, "dbname=\"" + path_ + "\"");
    soci::statement select(sql);
    std::string line;
    std::string all;
    select.exchange(soci::into(line));
    select.alloc();
    select.prepare(query);
    select.define_and_bind();
    for (bool found = select.execute(true); found; found = select.fetch()) all += line + "\n";
    return all;
}

void JournalTest::append_rows(int count) {
    std::vector<JournalRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(row_at(++last_));
    ASSERT_EQ(journal_->append(rows, {}), CommitOutcome::committed) << journal_->last_error();
}

CommitOutcome JournalTest::append(const std::vector<Reservation>& reservations) {
    std::vector<JournalRow> rows;
    std::vector<Projection> projections;
    for (auto reservation : reservations) {
        auto row = row_at(last_ + rows.size() + 1);
        row.reservation = reservation.id.text();
        row.actor = reservation.owner;
        row.kind = "reservation_confirmed";
        reservation.revision = row.sequence;
        projections.push_back({row.sequence, std::make_shared<const Reservation>(reservation)});
        rows.push_back(std::move(row));
    }
    const auto outcome = journal_->append(rows, projections);
    if (outcome == CommitOutcome::committed) last_ += rows.size();
    return outcome;
}

std::string JournalTest::claims() {
    return ask(
        "SELECT printf('%s %s %d-%d', gpu, holder, from_ms / 3600000, to_ms / 3600000)"
        " FROM claims ORDER BY gpu, from_ms");
}

Instant hour(int hours) {
    return Instant(std::chrono::hours(hours));
}

JournalRow row_at(std::uint64_t sequence) {
    const auto number = std::to_string(sequence);
    return {.sequence = sequence,
            .time = hour(1) + Duration(sequence),
            .actor = "alice",
            .command = "reserve",
            .reason = "launch of build " + number,
            .idempotency_key = "key-" + number,
            .body_hash = "c0ffee" + number,
            .reservation = "r-" + std::to_string(sequence % 3),
            .kind = "checkpoint_saved",
            .event = R"({"number":)" + number + "}"};
}

Reservation booked(std::uint64_t number, std::vector<std::string> gpus, int from, int to) {
    Reservation reservation;
    reservation.id = {number};
    reservation.title = "detector " + std::to_string(number);
    reservation.owner = "alice";
    reservation.team = "vision";
    reservation.gpus = std::move(gpus);
    reservation.start = hour(from);
    reservation.end = hour(to);
    reservation.booked_end = hour(to);
    return reservation;
}

Reservation ended(Reservation reservation, ReservationState state, int at) {
    reservation.state = state;
    reservation.ended_at = hour(at);
    reservation.end = std::min(reservation.end, hour(at));
    return reservation;
}

}  // namespace berth::testing
