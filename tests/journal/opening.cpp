#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "journal/fixture.hpp"

namespace berth::testing {
namespace {

using ::testing::HasSubstr;
using OpeningTest = JournalTest;

TEST_F(OpeningTest, a_second_opener_is_told_who_holds_the_journal) {
    open();
    const auto second = SqliteJournal::open(path_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error(), "the journal " + path_ + " is in use by another berthd (process " +
                                  std::to_string(getpid()) + ")");
    append_rows(1);
}

TEST_F(OpeningTest, a_closed_journal_can_be_opened_again) {
    open();
    close();
    open();
    append_rows(1);
}

TEST_F(OpeningTest, a_journal_of_a_newer_schema_is_refused_and_left_alone) {
    open();
    append_rows(2);
    close();
    edit("PRAGMA user_version = 4");
    const auto opened = SqliteJournal::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error(), HasSubstr("was written by a newer Berth (its schema is 4"));
    EXPECT_EQ(ask("PRAGMA user_version"), "4\n");
    EXPECT_EQ(ask("SELECT count(*) FROM journal"), "2\n");
}

TEST_F(OpeningTest, another_programs_data_base_is_refused_and_left_alone) {
    edit("CREATE TABLE bookmarks (url TEXT)");
    const auto opened = SqliteJournal::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error(), path_ + " is a SQLite file, but not a Berth journal");
    EXPECT_EQ(ask("SELECT name FROM sqlite_schema"), "bookmarks\n");
}

TEST_F(OpeningTest, a_file_that_is_no_data_base_is_refused) {
    std::ofstream(path_) << "dear diary, today the GPUs were all taken again\n";
    const auto opened = SqliteJournal::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error(), HasSubstr("not a database"));
}

TEST_F(OpeningTest, a_folder_that_is_missing_is_made) {
    path_ = folder_.file("var/of berth=1/journal.sqlite");
    open();
    append_rows(1);
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(OpeningTest, the_journal_is_not_for_everyone_to_read) {
    open();
    append_rows(1);
    for (const auto& suffix : {"", "-wal"}) {
        struct stat status{};
        ASSERT_EQ(::stat((path_ + suffix).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0007U, 0U) << suffix;
    }
}

TEST_F(OpeningTest, a_place_where_nothing_can_be_made_is_an_error) {
    std::ofstream(folder_.file("file")) << "x";
    const auto opened = SqliteJournal::open(folder_.file("file/journal.sqlite"));
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error(), HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace berth::testing
