// Every line of every pod is in the log once, also when the server is killed while a gang ends.
#include "kubernetes/attempt_logs.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>

#include "files/durable_file.hpp"
#include "kubernetes/full_disk.hpp"
#include "kubernetes/pod_log_server.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// What a pod says with each line's time, as the API server has it, and without.
std::string timed(std::string_view words, int lines) {
    std::string all;
    for (int line = 1; line <= lines; ++line) {
        all += fmt::format("2026-11-30T20:00:00.{}00000000Z {} {}\n", line, words, line);
    }
    return all;
}
std::string plain(std::string_view words, int lines) {
    std::string all;
    for (int line = 1; line <= lines; ++line) all += fmt::format("{} {}\n", words, line);
    return all;
}

LogSource pod(int rank, bool is_over) {
    return {.namespace_name = "vision",
            .pod = fmt::format("train-{}", rank),
            .node = fmt::format("box-{}", rank),
            .rank = rank,
            .is_over = is_over};
}

const std::string seen_heading = "\n===== Output of pod 1 (train-1), on box-1 =====\n";
const std::string kept_heading = "\n===== Output of pod 1 =====\n";

class LogsOfAGang : public testing::Test {
protected:
    LogsOfAGang() { start(); }
    ~LogsOfAGang() override {
        kill();
        fs::remove_all(folder);
    }

    void start() {
        client.call_and_wait([this] {
            logs = std::make_shared<AttemptLogs>(
                client, folder, [this](const AttemptId&) { moved.notify_all(); },
                [](const std::string& words) { ADD_FAILURE() << words; });
        });
    }
    // What it had in memory is lost.
    void kill() {
        client.call_and_wait([this] { logs.reset(); });
    }
    void restart() {
        kill();
        start();
    }

    void collect(const std::vector<LogSource>& begun) {
        client.call_and_wait([&] { logs->collect(id, begun); });
    }
    void conclude(const std::vector<LogSource>& all) {
        client.call_and_wait([&] { logs->conclude(id, all); });
        until([this] { return logs->is_complete(id); });
    }
    void until_copied(const fs::path& file, const std::string& text) {
        until([&] { return read_whole(folder / id.text() / file) == text; });
        until([this] { return logs->is_attached(id); });
    }
    template <class What>
    void until(What what) {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        bool is_so = false;
        std::unique_lock lock(mutex);
        while (!is_so && std::chrono::steady_clock::now() < deadline) {
            client.call_and_wait([&] { is_so = what(); });
            if (!is_so) moved.wait_for(lock, 20ms);
        }
        ASSERT_TRUE(is_so) << "in vain";
    }
    [[nodiscard]] std::string text() const {
        return read_whole(log_file_in(folder, id)).value_or("no file");
    }

    const fs::path folder = test::new_folder("logs");
    const AttemptId id{.reservation = {.number = 7}};
    std::mutex mutex;
    std::condition_variable moved;
    test::PodLogServer server;
    ApiClient client{{.server = server.url(), .authority = {}}, {}};
    std::shared_ptr<AttemptLogs> logs;
};

TEST_F(LogsOfAGang, each_pods_output_stands_below_the_firsts_under_a_heading) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    conclude({pod(0, true), pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, a_first_pod_that_went_before_a_restart_keeps_its_output) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    collect({pod(0, true), pod(1, false)});
    until_copied("output.log", plain("first", 3));
    until_copied("pod-1.log", plain("second", 2));
    server.is_gone("train-0");
    restart();
    server.says("train-1", timed("second", 4));
    collect({pod(1, false)});
    conclude({pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 4));
}

TEST_F(LogsOfAGang, a_first_pod_that_ended_and_went_while_no_server_looked_keeps_what_was_copied) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    client.call_and_wait([this] { logs->follow(id, pod(0, false)); });
    until_copied("output.log", plain("first", 3));
    server.is_gone("train-0");
    restart();
    conclude({pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, pods_that_all_went_while_no_server_looked_keep_what_was_copied) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    collect({pod(0, false), pod(1, false)});
    until_copied("output.log", plain("first", 3));
    until_copied("pod-1.log", plain("second", 2));
    server.is_gone("train-0");
    server.is_gone("train-1");
    restart();
    conclude({});
    EXPECT_EQ(text(), plain("first", 3) + kept_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, pods_that_are_still_told_of_but_gone_keep_what_was_copied) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    collect({pod(0, false), pod(1, false)});
    until_copied("output.log", plain("first", 3));
    until_copied("pod-1.log", plain("second", 2));
    server.is_gone("train-0");
    server.is_gone("train-1");
    restart();
    conclude({pod(0, true), pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, a_log_that_was_put_together_before_a_restart_holds_each_line_once) {
    server.says("train-0", timed("first", 3));
    server.says("train-1", timed("second", 2));
    conclude({pod(0, true), pod(1, true)});
    restart();
    conclude({pod(0, true), pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 2));
    restart();
    server.is_gone("train-0");
    conclude({pod(1, true)});
    EXPECT_EQ(text(), plain("first", 3) + seen_heading + plain("second", 2));
    restart();
    conclude({});
    EXPECT_EQ(text(), plain("first", 3) + kept_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, the_same_holds_where_the_first_pod_never_began) {
    server.says("train-1", timed("second", 2));
    conclude({pod(1, true)});
    EXPECT_EQ(text(), seen_heading + plain("second", 2));
    restart();
    conclude({pod(1, true)});
    EXPECT_EQ(text(), seen_heading + plain("second", 2));
    restart();
    conclude({});
    EXPECT_EQ(text(), kept_heading + plain("second", 2));
}

TEST_F(LogsOfAGang, where_no_pod_ever_began_there_is_no_log) {
    conclude({});
    EXPECT_FALSE(fs::exists(folder / id.text()));
}

}  // namespace
}  // namespace berth
