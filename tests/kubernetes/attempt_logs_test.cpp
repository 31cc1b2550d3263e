// Every line of every pod is in the log once, also when the server was killed while a gang ended
// and its pods are gone. (With pods that are there: tests/cluster/test_logs.py.)
#include "kubernetes/attempt_logs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "files/durable_file.hpp"
#include "kubernetes/full_disk.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

// What a pod says with each line's time, as the API server has it, and without.
std::string timed(std::string_view words, int first, int last) {
    std::string all;
    for (int line = first; line <= last; ++line) {
        all += fmt::format("2026-11-30T20:00:00.{}00000000Z {} {}\n", line, words, line);
    }
    return all;
}
std::string plain(std::string_view words, int lines) {
    std::string all;
    for (int line = 1; line <= lines; ++line) all += fmt::format("{} {}\n", words, line);
    return all;
}

const std::string heading = "\n===== Output of pod 1 =====\n";

class LogsOfAGang : public testing::Test {
protected:
    LogsOfAGang() { fs::create_directories(folder / id.text()); }
    ~LogsOfAGang() override { fs::remove_all(folder); }

    [[nodiscard]] LogCopy copy(const std::string& name) const {
        return LogCopy(folder / id.text() / name);
    }
    // The server had all of it, and had written its cursor.
    void copied_whole(const std::string& name, std::string_view words, int lines) const {
        LogCopy made = copy(name);
        ASSERT_TRUE(made.add(timed(words, 1, lines)));
        made.finish();
    }
    // It was killed while more came than its cursor tells of.
    void copied_until_killed(const std::string& name, std::string_view words, int lines) const {
        LogCopy made = copy(name);
        ASSERT_TRUE(made.add(timed(words, 1, 1)));
        made.keep_cursor();
        ASSERT_TRUE(made.add(timed(words, 2, lines)));
    }
    // A server that starts on what is there, finds no pods, and is killed.
    void conclude_in_a_life() {
        client.call_and_wait([this] {
            const auto logs = std::make_shared<AttemptLogs>(
                client, folder, [](const AttemptId&) {},
                [](const std::string& words) { ADD_FAILURE() << words; });
            logs->conclude(id, {});
            EXPECT_TRUE(logs->is_complete(id));
        });
    }
    [[nodiscard]] std::string text() const {
        return read_whole(log_file_in(folder, id)).value_or("no file");
    }

    const fs::path folder = test::new_folder("logs");
    const AttemptId id{.reservation = {.number = 7}};
    ApiClient client{{.server = "https://127.0.0.1:9", .authority = {}}, {}};  // never asked
};

TEST_F(LogsOfAGang, what_was_copied_whole_of_pods_that_are_gone_is_in_the_log) {
    copied_whole("output.log", "first", 3);
    copied_whole("pod-1.log", "second", 2);
    conclude_in_a_life();
    EXPECT_EQ(text(), plain("first", 3) + heading + plain("second", 2));
}

TEST_F(LogsOfAGang, what_was_copied_in_the_moment_before_the_kill_is_in_the_log) {
    copied_until_killed("output.log", "first", 3);
    copied_until_killed("pod-1.log", "second", 2);
    conclude_in_a_life();
    EXPECT_EQ(text(), plain("first", 3) + heading + plain("second", 2));
}

TEST_F(LogsOfAGang, a_log_that_was_put_together_before_a_restart_holds_each_line_once) {
    copied_until_killed("output.log", "first", 3);
    copied_whole("pod-1.log", "second", 2);
    conclude_in_a_life();
    conclude_in_a_life();
    EXPECT_EQ(text(), plain("first", 3) + heading + plain("second", 2));
}

TEST_F(LogsOfAGang, the_same_holds_where_the_first_pod_never_began) {
    copied_whole("pod-1.log", "second", 2);
    conclude_in_a_life();
    conclude_in_a_life();
    EXPECT_EQ(text(), heading + plain("second", 2));
}

TEST_F(LogsOfAGang, a_first_pod_that_comes_again_after_that_goes_on_where_its_own_output_ended) {
    copied_whole("output.log", "first", 2);
    copied_whole("pod-1.log", "second", 2);
    conclude_in_a_life();
    copied_whole("output.log", "first", 3);
    EXPECT_EQ(text(), plain("first", 3));
    conclude_in_a_life();
    EXPECT_EQ(text(), plain("first", 3) + heading + plain("second", 2));
}

TEST_F(LogsOfAGang, more_than_nine_pods_stand_in_their_order) {
    copied_whole("output.log", "first", 1);
    copied_whole("pod-10.log", "eleventh", 1);
    copied_whole("pod-2.log", "third", 1);
    conclude_in_a_life();
    EXPECT_EQ(text(), plain("first", 1) + "\n===== Output of pod 2 =====\n" + plain("third", 1) +
                          "\n===== Output of pod 10 =====\n" + plain("eleventh", 1));
}

TEST_F(LogsOfAGang, where_no_pod_ever_began_there_is_no_log) {
    fs::remove(folder / id.text());
    conclude_in_a_life();
    EXPECT_FALSE(fs::exists(folder / id.text()));
}

}  // namespace
}  // namespace berth
