#include "journal/fixture.hpp"
#include "journal/journal_reader.hpp"
#include "journal/verify.hpp"

namespace berth::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A journal as a Berth of schema version 1 left it.
class MigrationTest : public JournalTest {
protected:
    void SetUp() override {
        open();
        append_rows(2);
        const auto first = booked(1, {"n/0", "n/1"}, 4, 8);
        const auto second = booked(300, {"n/1"}, 8, 9);
        ASSERT_EQ(append({first, second}), CommitOutcome::committed);
        ASSERT_EQ(append(ended(first, ReservationState::cancelled, 1)), CommitOutcome::committed);
        journal_->advance("notifier", 3);
        close();
        make_version_1();
    }

    void make_version_1() {
        for (const std::string statement :
             {"ALTER TABLE reservations RENAME TO newer",
              "CREATE TABLE reservations (id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE,"
              " state TEXT NOT NULL, owner TEXT NOT NULL, team TEXT NOT NULL, title TEXT NOT NULL,"
              " start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,"
              " booked_end_ms INTEGER NOT NULL, priority TEXT NOT NULL,"
              " preemptible INTEGER NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL)"
              " STRICT",
              "INSERT INTO reservations SELECT * FROM newer", "DROP TABLE newer",
              "DROP INDEX journal_actor", "DROP INDEX journal_kind", "DROP INDEX journal_command",
              "DROP TABLE row_teams", "DROP TABLE spans", "DROP TABLE given_back",
              "PRAGMA user_version = 1"}) {
            edit(statement);
        }
    }

    void make_version_2() {
        open();
        close();
        for (const std::string statement :
             {"DROP INDEX journal_kind", "DROP INDEX journal_command",
              "CREATE INDEX journal_snapshot ON journal (kind) WHERE kind = 'snapshot_taken'",
              "PRAGMA user_version = 2"}) {
            edit(statement);
        }
    }

    std::vector<std::uint64_t> found(const ReservationQuery& query) {
        std::vector<std::uint64_t> numbers;
        for (const auto& one : journal_->reservations(query)) numbers.push_back(one.id.number);
        return numbers;
    }
};

TEST_F(MigrationTest, an_older_journal_is_brought_up_to_date_when_it_is_opened) {
    const auto rows = ask("SELECT hash FROM journal ORDER BY sequence");
    open();
    EXPECT_EQ(ask("PRAGMA user_version"), "3\n");
    EXPECT_EQ(ask("SELECT hash FROM journal ORDER BY sequence"), rows);
    EXPECT_EQ(journal_->cursor("notifier"), 3U);
    EXPECT_EQ(claims(), "n/1 r-300 8-9\n");
    const auto first = journal_->reservation({1});
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->state, ReservationState::cancelled);
}

TEST_F(MigrationTest, what_an_older_berth_wrote_is_found_by_every_filter) {
    open();
    ReservationQuery query;
    query.gpu = "n/1";
    EXPECT_THAT(found(query), ElementsAre(1, 300));
    query = {};
    query.from = hour(8);
    EXPECT_THAT(found(query), ElementsAre(300));
    query = {};
    query.team = "vision";
    EXPECT_THAT(found(query), ElementsAre(1, 300));
    AuditQuery audit;
    audit.team = "vision";
    EXPECT_EQ(journal_->audit(audit).size(), 4U);  // r-1 had a row before it was confirmed
    audit = {};
    audit.actor = "alice";
    EXPECT_EQ(journal_->audit(audit).size(), 5U);
}

TEST_F(MigrationTest, it_is_as_a_new_journal_would_be) {
    open();
    const std::string shape =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
        " ORDER BY type, name";
    const auto migrated = ask(shape);
    close();
    path_ = folder_.file("new.sqlite");
    open();
    EXPECT_EQ(migrated, ask(shape));
}

TEST_F(MigrationTest, one_of_version_2_is_brought_up_to_date_too) {
    make_version_2();
    open();
    EXPECT_EQ(ask("PRAGMA user_version"), "3\n");
    EXPECT_EQ(ask("SELECT name FROM sqlite_schema WHERE name LIKE 'journal_%' AND type = 'index'"
                  " ORDER BY name"),
              "journal_actor\njournal_command\njournal_kind\njournal_reservation\n");
    AuditQuery audit;
    audit.kind = "reservation_confirmed";
    EXPECT_EQ(journal_->audit(audit).size(), 3U);
}

TEST_F(MigrationTest, appending_goes_on_and_the_journal_verifies) {
    open();
    ASSERT_EQ(append(booked(301, {"n/0"}, 4, 8)), CommitOutcome::committed);
    EXPECT_EQ(append(booked(302, {"n/1"}, 8, 10)), CommitOutcome::double_booking);
    close();
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_FALSE(report->fault.has_value()) << report->fault->message;
}

TEST_F(MigrationTest, it_verifies_before_it_is_brought_up_to_date) {
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_FALSE(report->fault.has_value()) << report->fault->message;
    EXPECT_EQ(ask("PRAGMA user_version"), "1\n");
}

TEST_F(MigrationTest, a_reader_without_a_server_says_what_to_do_first) {
    const auto reader = JournalReader::open(path_);
    ASSERT_FALSE(reader.has_value());
    EXPECT_THAT(reader.error(), HasSubstr("is of an older Berth: start this version's berthd"));
    EXPECT_EQ(ask("PRAGMA user_version"), "1\n");
}

TEST_F(MigrationTest, a_migration_that_fails_changes_nothing) {
    edit("UPDATE reservations SET body = 'not JSON' WHERE number = 1");
    const auto opened = SqliteJournal::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error(), HasSubstr("malformed JSON"));
    EXPECT_EQ(ask("PRAGMA user_version"), "1\n");
    EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema WHERE name IN"
                  " ('row_teams', 'spans', 'reservations_1')"),
              "0\n");
}

}  // namespace
}  // namespace berth::testing
