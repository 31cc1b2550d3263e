#include <cerrno>
#include <stdexcept>
#include <thread>

#include "journal/faulty_disk.hpp"
#include "journal/fixture.hpp"
#include "journal/verify.hpp"

namespace berth::testing {
namespace {

using SideTablesTest = JournalTest;

TEST_F(SideTablesTest, progress_comes_back_in_the_order_it_was_saved) {
    open();
    journal_->save({{17}, 1, hour(3), R"({"epoch":1})"});
    journal_->save({{18}, 1, hour(3), R"({"epoch":9})"});
    journal_->save({{17}, 2, hour(2), R"({"epoch":2,"note":"续训"})"});
    close();
    open();
    const auto progress = journal_->of({17});
    ASSERT_EQ(progress.size(), 2U);
    EXPECT_EQ(progress[0].attempt, 1);
    EXPECT_EQ(progress[0].at, hour(3));
    EXPECT_EQ(progress[0].body, R"({"epoch":1})");
    EXPECT_EQ(progress[1].reservation, ReservationId{17});
    EXPECT_EQ(progress[1].attempt, 2);
    EXPECT_EQ(progress[1].body, R"({"epoch":2,"note":"续训"})");
    EXPECT_TRUE(journal_->of({99}).empty());
}

TEST_F(SideTablesTest, a_cursor_is_where_its_follower_left_it) {
    open();
    EXPECT_EQ(journal_->cursor("notifier"), 0U);
    journal_->advance("notifier", 7);
    journal_->advance("archiver", 3);
    journal_->advance("notifier", 12);
    close();
    open();
    EXPECT_EQ(journal_->cursor("notifier"), 12U);
    EXPECT_EQ(journal_->cursor("archiver"), 3U);
}

TEST_F(SideTablesTest, a_cursor_never_goes_back) {
    open();
    journal_->advance("notifier", 12);
    journal_->advance("notifier", 7);
    EXPECT_EQ(journal_->cursor("notifier"), 12U);
}

TEST_F(SideTablesTest, what_a_full_disk_refused_can_be_saved_once_there_is_room) {
    open();
    journal_->save({{1}, 1, hour(1), "{}"});
    FaultyDisk::fail_writes_after(0, ENOSPC);
    EXPECT_THROW(journal_->save({{1}, 1, hour(2), "{}"}), std::runtime_error);
    EXPECT_THROW(journal_->advance("notifier", 5), std::runtime_error);
    FaultyDisk::mend();
    EXPECT_EQ(journal_->of({1}).size(), 1U);
    journal_->save({{1}, 1, hour(2), "{}"});
    journal_->advance("notifier", 5);
    EXPECT_EQ(journal_->of({1}).size(), 2U);
    EXPECT_EQ(journal_->cursor("notifier"), 5U);
    append_rows(1);
}

TEST_F(SideTablesTest, jobs_and_followers_write_beside_the_engine) {
    open();
    constexpr int each = 150;
    {
        std::jthread engine([&] {
            for (int i = 0; i < each; ++i) append_rows(2);
        });
        std::jthread job([&] {
            for (int i = 0; i < each; ++i) journal_->save({{1}, 1, hour(i), "{}"});
        });
        std::jthread follower([&] {
            for (int i = 1; i <= each; ++i) {
                journal_->advance("notifier", static_cast<std::uint64_t>(i));
                EXPECT_EQ(journal_->cursor("notifier"), static_cast<std::uint64_t>(i));
            }
        });
        std::jthread page([&] {
            for (int i = 0; i < each; ++i) {
                EXPECT_EQ(journal_->rows_after(0, 100'000).size() % 2, 0U);
                EXPECT_LE(journal_->of({1}).size(), static_cast<std::size_t>(each));
            }
        });
    }
    EXPECT_EQ(journal_->of({1}).size(), static_cast<std::size_t>(each));
    const auto report = verify_journal(path_);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_FALSE(report->fault.has_value());
    EXPECT_EQ(report->rows, 2U * each);
}

}  // namespace
}  // namespace berth::testing
