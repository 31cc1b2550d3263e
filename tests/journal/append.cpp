#include <algorithm>
#include <thread>

#include "journal/faulty_disk.hpp"
#include "journal/fixture.hpp"

namespace berth::testing {
namespace {

using AppendTest = JournalTest;

std::vector<JournalRow> all_rows(SqliteJournal& journal) {
    std::vector<JournalRow> rows;
    const auto read = journal.read_after(0, [&](const JournalRow& row) { rows.push_back(row); });
    EXPECT_TRUE(read.has_value()) << read.error();
    return rows;
}

TEST_F(AppendTest, what_was_appended_is_read_back_bit_for_bit_after_reopening) {
    open();
    auto plain = row_at(1);
    JournalRow empty;
    empty.sequence = 2;
    empty.time = hour(-5);
    auto odd = row_at(3);
    odd.reason = "被回收 'quoted' \"twice\" :colon ?1";
    odd.actor = std::string("nul\0inside", 10);
    odd.event = "bytes \xff\xfe that are not UTF-8\r\n";
    auto large = row_at(4);
    large.event = std::string(3'000'000, 'x');
    const std::vector<JournalRow> rows = {plain, empty, odd, large};
    ASSERT_EQ(journal_->append(rows, {}), CommitOutcome::committed) << journal_->last_error();
    EXPECT_EQ(all_rows(*journal_), rows);
    close();
    open();
    EXPECT_EQ(all_rows(*journal_), rows);
}

TEST_F(AppendTest, appending_goes_on_where_the_last_program_stopped) {
    open();
    append_rows(3);
    close();
    open();
    append_rows(3);
    EXPECT_EQ(all_rows(*journal_).size(), 6U);
}

TEST_F(AppendTest, an_empty_batch_is_committed_and_changes_nothing) {
    open();
    EXPECT_EQ(journal_->append({}, {}), CommitOutcome::committed);
    EXPECT_TRUE(all_rows(*journal_).empty());
}

TEST_F(AppendTest, reading_after_a_row_gives_the_later_rows_in_order) {
    open();
    append_rows(2000);
    std::vector<std::uint64_t> read;
    ASSERT_TRUE(
        journal_->read_after(700, [&](const JournalRow& row) { read.push_back(row.sequence); }));
    ASSERT_EQ(read.size(), 1300U);
    EXPECT_EQ(read.front(), 701U);
    EXPECT_TRUE(std::ranges::is_sorted(read));
}

TEST_F(AppendTest, reading_after_a_row_that_does_not_exist_is_an_error) {
    open();
    append_rows(3);
    const auto read = journal_->read_after(4, [](const JournalRow&) {});
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error(), "row 4 is missing");
}

TEST_F(AppendTest, rows_of_a_reservation_are_its_own_in_order) {
    open();
    append_rows(9);
    const auto rows = journal_->rows_of({2});
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], row_at(2));
    EXPECT_EQ(rows[1], row_at(5));
    EXPECT_EQ(rows[2], row_at(8));
    EXPECT_TRUE(journal_->rows_of({77}).empty());
}

TEST_F(AppendTest, rows_after_a_row_are_at_most_as_many_as_asked_for) {
    open();
    append_rows(9);
    const auto rows = journal_->rows_after(4, 2);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], row_at(5));
    EXPECT_EQ(rows[1], row_at(6));
    EXPECT_EQ(journal_->rows_after(8, 100).size(), 1U);
    EXPECT_TRUE(journal_->rows_after(9, 100).empty());
}

TEST_F(AppendTest, a_row_out_of_turn_is_not_written) {
    open();
    append_rows(2);
    EXPECT_EQ(journal_->append(std::vector{row_at(4)}, {}), CommitOutcome::unknown);
    EXPECT_THAT(journal_->last_error(), ::testing::HasSubstr("row 4 cannot follow row 2"));
    EXPECT_EQ(all_rows(*journal_).size(), 2U);
}

TEST_F(AppendTest, every_commit_has_reached_the_disk_when_append_returns) {
    open();
    append_rows(1);
    for (int i = 0; i < 5; ++i) {
        const auto before = FaultyDisk::syncs();
        append_rows(3);
        EXPECT_GT(FaultyDisk::syncs(), before);
    }
}

TEST_F(AppendTest, readers_see_whole_batches_only_and_never_wait_for_an_append) {
    open();
    constexpr int batches = 60;
    constexpr std::size_t batch = 7;
    std::jthread writer([&] {
        for (int i = 0; i < batches; ++i) append_rows(static_cast<int>(batch));
    });
    std::size_t seen = 0;
    while (seen < batches * batch && !HasFatalFailure()) {
        const auto rows = journal_->rows_after(0, 100'000);
        EXPECT_EQ(rows.size() % batch, 0U);
        EXPECT_GE(rows.size(), seen);
        seen = rows.size();
    }
    writer.join();
    EXPECT_EQ(all_rows(*journal_).size(), batches * batch);
}

}  // namespace
}  // namespace berth::testing
