#include "faults/checks.hpp"

#include <soci/soci.h>

#include "journal/sqlite_connection.hpp"
#include "journal/verify.hpp"
#include "policy/policy.hpp"

namespace berth::faults {

namespace {

class Checks {
public:
    Checks(World& world, SqliteJournal& journal, const std::string& path)
        : world_(world), rows_(journal.rows_after(0, 1'000'000)), path_(path) {
        const auto sql = connect(path, ConnectionUse::read);
        read_reservations(*sql);
        count_overlaps(*sql);
    }

    void all(std::uint64_t cursor) {
        chain_is_whole();
        told_rows_are_there();
        promises_are_kept();
        projections_agree_with_rows();
        requests_were_done_once_or_not_at_all();
        expect(overlaps_ == 0, std::to_string(overlaps_) + " claims overlap");
        expect(cursor <= rows_.size(), "a follower's cursor is ahead of the journal");
    }

private:
    void read_reservations(soci::session& sql) {
        std::string body;
        soci::statement select = (sql.prepare << "SELECT body FROM reservations", soci::into(body));
        for (bool found = select.execute(true); found; found = select.fetch()) {
            auto reservation = reservation_from(body);
            const auto id = reservation.id;
            reservations_.emplace(id, std::move(reservation));
        }
    }

    void count_overlaps(soci::session& sql) {
        sql << "SELECT count(*) FROM claims a JOIN claims b ON a.gpu = b.gpu"
               " AND a.holder < b.holder AND a.from_ms < b.to_ms AND b.from_ms < a.to_ms",
            soci::into(overlaps_);
    }

    void chain_is_whole() {
        const auto report = verify_journal(path_);
        if (!report) return fail(report.error());
        if (report->fault) return fail(report->fault->message);
        expect(report->rows == rows_.size(), "another number of rows than were walked");
    }

    void told_rows_are_there() {
        for (const auto& [sequence, text] : world_.told) {
            if (sequence > rows_.size()) {
                return fail("row " + std::to_string(sequence) + " is lost: " + text);
            }
            const auto found = text_of(rows_[sequence - 1]);
            expect(found == text,
                   "row " + std::to_string(sequence) + " was " + text + " and now is " + found);
        }
    }

    void promises_are_kept() {
        for (const auto& [id, text] : world_.promised) {
            const auto promised = reservation_from(text);
            const auto found = reservations_.find(id);
            if (found == reservations_.end()) {
                fail(id.text() + " was confirmed and is gone");
            } else {
                expect(keeps(found->second, promised), id.text() + " was answered as " + text +
                                                           " and now is " + text_of(found->second));
            }
        }
    }

    // The very same, or changed by something later that moves neither GPUs nor window.
    static bool keeps(const Reservation& found, const Reservation& promised) {
        if (found.revision == promised.revision) return found == promised;
        // A job may run on for a while, and who follows it be moved to as many equal GPUs.
        const Instant latest = promised.end + overrun_buffer(Policy(), promised);
        return found.revision > promised.revision && found.gpus.size() == promised.gpus.size() &&
               found.owner == promised.owner && found.start == promised.start &&
               found.booked_end == promised.booked_end && found.end <= latest;
    }

    void projections_agree_with_rows() {
        std::map<std::string, std::uint64_t> last_row;
        for (const auto& row : rows_) {
            if (!row.reservation.empty()) last_row[row.reservation] = row.sequence;
        }
        expect(last_row.size() == reservations_.size(), "rows and reservations do not agree");
        for (const auto& [id, reservation] : reservations_) {
            expect(reservation.revision == last_row[id.text()],
                   "the table shows " + id.text() + " as of row " +
                       std::to_string(reservation.revision) + ", the journal has row " +
                       std::to_string(last_row[id.text()]));
        }
    }

    void requests_were_done_once_or_not_at_all() {
        std::map<std::string, int> confirmed;
        std::set<std::string> present;
        for (const auto& row : rows_) {
            if (row.idempotency_key.empty()) continue;
            present.insert(row.idempotency_key);
            if (row.kind == "reservation_confirmed") ++confirmed[row.idempotency_key];
        }
        for (auto& [key, asked] : world_.asked) {
            asked.is_in_journal = present.contains(key);
            const bool done = asked.fate == Asked::Fate::accepted;
            const bool not_done =
                asked.fate == Asked::Fate::refused || asked.fate == Asked::Fate::full;
            expect(!done || asked.is_in_journal, "request " + key + " was accepted and is lost");
            expect(!not_done || !asked.is_in_journal,
                   "request " + key + " was refused and is in the journal");
            expect(confirmed[key] <= 1, "request " + key + " was booked twice");
        }
    }

    void expect(bool holds, const std::string& otherwise) {
        if (!holds) fail(otherwise);
    }
    void fail(const std::string& what) { world_.violations.push_back(what); }

    World& world_;
    std::vector<JournalRow> rows_;
    std::string path_;
    std::map<ReservationId, Reservation> reservations_;
    long long overlaps_ = 0;
};

}  // namespace

void check_recovery(World& world, SqliteJournal& journal, const std::string& path) {
    Checks(world, journal, path).all(journal.cursor("follower"));
}

}  // namespace berth::faults
