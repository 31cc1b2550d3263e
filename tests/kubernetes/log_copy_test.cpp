#include "kubernetes/log_copy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace berth {
namespace {

namespace fs = std::filesystem;

class LogCopies : public testing::Test {
protected:
    LogCopies() { fs::create_directories(folder); }
    ~LogCopies() override { fs::remove_all(folder); }

    [[nodiscard]] std::string text() const {
        std::stringstream all;
        all << std::ifstream(file).rdbuf();
        return all.str();
    }

    const fs::path folder = fs::temp_directory_path() / ("copy" + std::to_string(::getpid()));
    const fs::path file = folder / "output.log";
    const std::string one = "2026-11-30T20:00:00.100000000Z epoch 1\n";
    const std::string two = "2026-11-30T20:00:00.200000000Z epoch 2\n";
    const std::string three = "2026-11-30T20:00:01.000000001Z epoch 3\n";
};

TEST_F(LogCopies, lines_lose_their_times) {
    LogCopy copy(file);
    ASSERT_TRUE(copy.add(one + two));
    EXPECT_EQ(text(), "epoch 1\nepoch 2\n");
}

TEST_F(LogCopies, lines_may_come_in_any_pieces) {
    LogCopy copy(file);
    for (const char letter : one + two + three) ASSERT_TRUE(copy.add({&letter, 1}));
    EXPECT_EQ(text(), "epoch 1\nepoch 2\nepoch 3\n");
}

TEST_F(LogCopies, it_asks_for_what_came_after_the_last_line_to_the_second) {
    LogCopy copy(file);
    EXPECT_EQ(copy.query(), "");
    ASSERT_TRUE(copy.add(one + two));
    EXPECT_EQ(copy.query(), "sinceTime=2026-11-30T20%3A00%3A00Z");
}

TEST_F(LogCopies, a_cut_stream_goes_on_without_losing_or_repeating_a_line) {
    LogCopy copy(file);
    ASSERT_TRUE(copy.add(one + two.substr(0, 35)));
    copy.cut();
    ASSERT_TRUE(copy.add(one + two + three));
    EXPECT_EQ(text(), "epoch 1\nepoch 2\nepoch 3\n");
}

TEST_F(LogCopies, a_restarted_server_goes_on_without_losing_or_repeating_a_line) {
    {
        LogCopy copy(file);
        ASSERT_TRUE(copy.add(one));
        copy.keep_cursor();
        ASSERT_TRUE(copy.add(two));  // and the server is killed
    }
    LogCopy again(file);
    ASSERT_TRUE(again.add(one + two + three));
    EXPECT_EQ(text(), "epoch 1\nepoch 2\nepoch 3\n");
}

TEST_F(LogCopies, lines_of_the_very_same_time_are_told_apart_by_their_number) {
    const std::string same = "2026-11-30T20:00:00.100000000Z again\n";
    LogCopy copy(file);
    ASSERT_TRUE(copy.add(same + same));
    copy.cut();
    ASSERT_TRUE(copy.add(same + same + same));
    EXPECT_EQ(text(), "again\nagain\nagain\n");
}

TEST_F(LogCopies, a_copy_that_a_power_cut_shortened_begins_anew) {
    {
        LogCopy copy(file);
        ASSERT_TRUE(copy.add(one + two));
        copy.keep_cursor();
    }
    fs::resize_file(file, 3);
    LogCopy again(file);
    EXPECT_EQ(again.query(), "");
    ASSERT_TRUE(again.add(one + two));
    EXPECT_EQ(text(), "epoch 1\nepoch 2\n");
}

TEST_F(LogCopies, a_line_longer_than_its_buffer_comes_through_and_is_not_repeated) {
    const std::string bar(1'000'000, '#');
    const std::string longest = "2026-11-30T20:00:00.150000000Z " + bar + "\n";
    LogCopy copy(file);
    ASSERT_TRUE(copy.add(one + longest + two));
    copy.cut();
    ASSERT_TRUE(copy.add(one + longest + two + three));
    EXPECT_EQ(text(), "epoch 1\n" + bar + "\nepoch 2\nepoch 3\n");
}

TEST_F(LogCopies, a_last_line_without_its_end_is_kept_when_nothing_more_will_come) {
    LogCopy copy(file);
    ASSERT_TRUE(copy.add(one + "2026-11-30T20:00:00.300000000Z Killed"));
    copy.finish();
    EXPECT_EQ(text(), "epoch 1\nKilled\n");
}

TEST_F(LogCopies, lines_past_the_cursor_are_kept_where_they_do_not_come_again) {
    {
        LogCopy copy(file);
        ASSERT_TRUE(copy.add(one));
        copy.keep_cursor();
        ASSERT_TRUE(copy.add(two));  // and the server is killed, and the pod goes
    }
    LogCopy again(file);
    again.finish();
    EXPECT_EQ(text(), "epoch 1\nepoch 2\n");
    EXPECT_EQ(again.size(), fs::file_size(file));
}

TEST_F(LogCopies, a_copy_that_was_finished_ends_where_it_ended_whatever_was_written_below_it) {
    {
        LogCopy copy(file);
        ASSERT_TRUE(copy.add(one + two));
        copy.finish();
        std::ofstream(file, std::ios::app) << "===== Output of pod 1 =====\nepoch 1\n";
    }
    LogCopy again(file);
    ASSERT_TRUE(again.add(one + two));
    again.finish();
    EXPECT_EQ(text(), "epoch 1\nepoch 2\n");
}

TEST_F(LogCopies, what_a_pod_says_after_its_copy_was_finished_takes_the_place_of_that) {
    {
        LogCopy copy(file);
        ASSERT_TRUE(copy.add(one));
        copy.finish();
        std::ofstream(file, std::ios::app) << "===== Output of pod 1 =====\nepoch 1\n";
    }
    LogCopy again(file);
    ASSERT_TRUE(again.add(one + two));
    again.finish();
    EXPECT_EQ(text(), "epoch 1\nepoch 2\n");
}

TEST_F(LogCopies, words_of_the_node_itself_are_kept) {
    LogCopy copy(file);
    ASSERT_TRUE(copy.add("unable to retrieve container logs for containerd://4f\n"));
    EXPECT_EQ(text(), "unable to retrieve container logs for containerd://4f\n");
}

}  // namespace
}  // namespace berth
