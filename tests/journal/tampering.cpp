#include "journal/fixture.hpp"
#include "journal/hash_chain.hpp"
#include "journal/verify.hpp"

namespace berth::testing {
namespace {

using ::testing::HasSubstr;

// A journal of six rows, closed, that somebody then edits with an ordinary SQLite program.
class TamperingTest : public JournalTest {
protected:
    void SetUp() override {
        open();
        append_rows(6);
        close();
    }

    ChainFault fault() {
        const auto report = verify_journal(path_);
        if (!report || !report->fault) return {ChainFaultKind::changed_row, -1, "no fault"};
        // The server does not start on such a journal either.
        const auto journal = SqliteJournal::open(path_);
        const auto read = (*journal)->read_after(0, [](const JournalRow&) {});
        EXPECT_EQ(read ? "" : read.error(), report->fault->message);
        return *report->fault;
    }

    void expect_fault(ChainFaultKind kind, long long sequence, const std::string& words) {
        const auto found = fault();
        EXPECT_EQ(found.kind, kind);
        EXPECT_EQ(found.sequence, sequence);
        EXPECT_THAT(found.message, HasSubstr(words));
    }
};

TEST_F(TamperingTest, an_untouched_journal_verifies_whole) {
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_FALSE(report->fault.has_value());
    EXPECT_EQ(report->rows, 6U);
    EXPECT_EQ(report->head.sequence, 6U);
    EXPECT_EQ(report->head.hash + "\n", ask("SELECT hash FROM journal WHERE sequence = 6"));
}

TEST_F(TamperingTest, a_change_of_any_column_shows) {
    for (const std::string column : {"actor", "command", "reason", "idempotency_key", "body_hash",
                                     "reservation", "kind", "event", "previous_hash", "hash"}) {
        SCOPED_TRACE(column);
        const auto table = "UPDATE journal SET " + column + " = ";
        edit(table + column + " || 'x' WHERE sequence = 3");
        expect_fault(ChainFaultKind::changed_row, 3, "row 3 was changed");
        edit(table + "substr(" + column + ", 1, length(" + column + ") - 1) WHERE sequence = 3");
        EXPECT_EQ(fault().message, "no fault");
    }
    edit("UPDATE journal SET time_ms = time_ms + 1 WHERE sequence = 3");
    expect_fault(ChainFaultKind::changed_row, 3, "row 3 was changed");
}

TEST_F(TamperingTest, text_shifted_from_one_column_to_the_next_shows) {
    edit("UPDATE journal SET actor = 'alicere', command = 'serve' WHERE sequence = 2");
    expect_fault(ChainFaultKind::changed_row, 2, "row 2 was changed");
}

TEST_F(TamperingTest, a_removed_row_is_missing) {
    edit("DELETE FROM journal WHERE sequence = 4");
    expect_fault(ChainFaultKind::missing_row, 4, "row 4 is missing");
}

TEST_F(TamperingTest, the_first_row_is_missed_too) {
    edit("DELETE FROM journal WHERE sequence = 1");
    expect_fault(ChainFaultKind::missing_row, 1, "row 1 is missing");
}

TEST_F(TamperingTest, a_row_that_was_removed_and_its_gap_closed_shows) {
    edit("DELETE FROM journal WHERE sequence = 4");
    edit("UPDATE journal SET sequence = sequence - 1 WHERE sequence > 4");
    expect_fault(ChainFaultKind::moved_row, 4, "it was written as row 5");
}

TEST_F(TamperingTest, an_inserted_row_shows) {
    edit("UPDATE journal SET sequence = -sequence WHERE sequence >= 3");
    edit("UPDATE journal SET sequence = 1 - sequence WHERE sequence < 0");
    edit(
        "INSERT INTO journal SELECT 3, time_ms, 'mallory', command, reason, idempotency_key,"
        " body_hash, reservation, kind, event, previous_hash, hash FROM journal WHERE sequence = "
        "2");
    expect_fault(ChainFaultKind::changed_row, 3, "row 3 was changed");
}

TEST_F(TamperingTest, a_row_put_behind_the_last_or_before_the_first_shows) {
    const std::string copy =
        ", time_ms, actor, command, reason, idempotency_key, body_hash,"
        " reservation, kind, event, previous_hash, hash FROM journal";
    edit("INSERT INTO journal SELECT 7" + copy + " WHERE sequence = 6");
    expect_fault(ChainFaultKind::moved_row, 7, "it was written as row 6");
    edit("DELETE FROM journal WHERE sequence = 7");
    edit("INSERT INTO journal SELECT 0" + copy + " WHERE sequence = 6");
    expect_fault(ChainFaultKind::moved_row, 0, "row 0 lies where row 1 belongs");
}

TEST_F(TamperingTest, swapped_rows_show) {
    edit("UPDATE journal SET sequence = 100 WHERE sequence = 3");
    edit("UPDATE journal SET sequence = 3 WHERE sequence = 5");
    edit("UPDATE journal SET sequence = 5 WHERE sequence = 100");
    expect_fault(ChainFaultKind::moved_row, 3, "it was written as row 5");
}

TEST_F(TamperingTest, a_row_rewritten_with_a_fitting_hash_shows_in_the_next) {
    auto forged = to_stored(row_at(3));
    forged.actor = "mallory";
    const auto previous = ask("SELECT hash FROM journal WHERE sequence = 2");
    forged.previous_hash = previous.substr(0, previous.size() - 1);
    edit("UPDATE journal SET actor = 'mallory', hash = '" + hash_of(forged) +
         "' WHERE sequence = 3");
    expect_fault(ChainFaultKind::changed_row, 3, "row 3 was changed and hashed again");
}

TEST_F(TamperingTest, rows_cut_from_the_end_show_by_the_reservations_they_changed) {
    open();
    ASSERT_EQ(append(booked(1, {"n/0"}, 0, 2)), CommitOutcome::committed);
    close();
    edit("DELETE FROM journal WHERE sequence >= 6");
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report && report->fault);
    EXPECT_EQ(report->fault->kind, ChainFaultKind::missing_row);
    EXPECT_EQ(report->fault->sequence, 6);
}

// Nothing in the file tells that the last rows are gone when no reservation was changed by them:
// only a hash noted elsewhere does.
TEST_F(TamperingTest, rows_about_no_reservation_cut_from_the_end_are_not_noticed) {
    edit("DELETE FROM journal WHERE sequence >= 6");
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_FALSE(report->fault.has_value());
    EXPECT_EQ(report->head.sequence, 5U);
}

// The rows are whole; what stands beside them is not.
class TamperedProjectionTest : public TamperingTest {
protected:
    void SetUp() override {
        TamperingTest::SetUp();
        open();
        const auto first = booked(11, {"n/0"}, 0, 2);
        ASSERT_EQ(append({first, booked(12, {"n/1"}, 0, 2)}), CommitOutcome::committed);
        ASSERT_EQ(append(ended(first, ReservationState::cancelled, 1)), CommitOutcome::committed);
        close();
    }

    // The fault's row and sentence; the server starts all the same.
    std::string found() {
        const auto report = verify_journal(path_);
        if (!report) return report.error();
        if (!report->fault) return "no fault";
        EXPECT_EQ(report->fault->kind, ChainFaultKind::changed_projection);
        return std::to_string(report->fault->sequence) + ": " + report->fault->message;
    }
};

TEST_F(TamperedProjectionTest, as_it_was_written_it_has_no_fault) {
    EXPECT_EQ(found(), "no fault");
}

TEST_F(TamperedProjectionTest, an_older_state_of_a_reservation_shows) {
    edit("UPDATE reservations SET revision = 7 WHERE number = 11");
    EXPECT_EQ(found(),
              "9: the table of reservations was changed: it shows r-11 as of row 7, but row 9 is"
              " the last about it");
}

TEST_F(TamperedProjectionTest, a_removed_reservation_shows) {
    edit("DELETE FROM reservations WHERE number = 12");
    EXPECT_EQ(found(),
              "8: the table of reservations was changed: r-12 is missing, which row 8 is about");
}

TEST_F(TamperedProjectionTest, an_invented_reservation_shows) {
    edit(
        "INSERT INTO reservations SELECT 'r-13', 13, state, owner, team, title, start_ms, end_ms,"
        " booked_end_ms, priority, preemptible, 8, body FROM reservations WHERE number = 12");
    EXPECT_EQ(found(),
              "0: the table of reservations was changed: r-13 is in it, but no row is about it");
}

TEST_F(TamperedProjectionTest, a_changed_column_shows) {
    for (const std::string change :
         {"owner = 'mallory'", "team = 'other'", "state = 'running'", "end_ms = end_ms + 1",
          "priority = 'P0'", "body = replace(body, 'alice', 'mallory')", "body = '{'"}) {
        SCOPED_TRACE(change);
        edit("CREATE TABLE saved AS SELECT * FROM reservations");
        edit("UPDATE reservations SET " + change + " WHERE number = 12");
        EXPECT_EQ(found(),
                  "8: the table of reservations was changed: the columns and the body of r-12 say"
                  " different things");
        edit("DELETE FROM reservations");
        edit("INSERT INTO reservations SELECT * FROM saved");
        edit("DROP TABLE saved");
        EXPECT_EQ(found(), "no fault");
    }
}

TEST_F(TamperingTest, a_reader_that_starts_later_checks_the_row_it_starts_from) {
    edit("UPDATE journal SET reason = '' WHERE sequence = 3");
    open();
    const auto after = [&](std::uint64_t sequence) {
        return journal_->read_after(sequence, [](const JournalRow&) {});
    };
    EXPECT_FALSE(after(2).has_value());
    EXPECT_FALSE(after(3).has_value());
    EXPECT_TRUE(after(4).has_value());
}

// Fixed for ever: a journal written today must verify with every later program. The value comes
// from the few lines of Python in docs/journal-format.md.
TEST(HashChain, the_documented_encoding_gives_the_documented_hash) {
    const JournalRow row{.sequence = 1,
                         .time = Instant(Duration(1'795'204'800'000)),
                         .actor = "alice",
                         .command = "reserve",
                         .reason = "",
                         .idempotency_key = "k-1",
                         .body_hash = "00ff",
                         .reservation = "r-1",
                         .kind = "reservation_confirmed",
                         .event = R"({"title":"检测"})"};
    auto stored = to_stored(row);
    stored.previous_hash = genesis_hash();
    EXPECT_EQ(hash_of(stored), "833d5e724e1ab6b9b95d9010a0e74a2f35c95f24fb8bd84b5565f34db6d4b02d");
}

TEST(VerifyJournal, says_what_is_wrong_with_a_file_that_is_no_journal) {
    const TempFolder folder;
    EXPECT_THAT(verify_journal(folder.file("none")).error(), HasSubstr("there is no journal"));
    EXPECT_FALSE(std::filesystem::exists(folder.file("none")));
}

}  // namespace
}  // namespace berth::testing
