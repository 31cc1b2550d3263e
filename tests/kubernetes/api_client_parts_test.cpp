// The parts of the API client that need no server: log-in, lines, pauses, what an answer says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "kubernetes/api_client.hpp"
#include "kubernetes/back_off.hpp"
#include "kubernetes/line_splitter.hpp"
#include "kubernetes/log_in.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class TokenFile : public testing::Test {
protected:
    ~TokenFile() override { std::filesystem::remove(file); }
    void write(const std::string& text) const { std::ofstream(file, std::ios::trunc) << text; }

    std::filesystem::path file =
        std::filesystem::path(testing::TempDir()) /
        (std::string("token-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    LogIn log_in{ClusterAccess{.server = "https://k", .authority = {}, .token_file = file}};
    LogIn::Clock::time_point now = LogIn::Clock::now();
};

TEST_F(TokenFile, it_is_read_anew_every_minute) {
    write("one\n");
    EXPECT_EQ(log_in.token(now), "one");
    write("two");
    EXPECT_EQ(log_in.token(now + 59s), "one");
    EXPECT_EQ(log_in.token(now + 60s), "two");
}

TEST_F(TokenFile, a_refusal_has_it_read_at_once) {
    write("one");
    EXPECT_EQ(log_in.token(now), "one");
    write("two");
    EXPECT_TRUE(log_in.was_refused(now + 1s));
    EXPECT_EQ(log_in.token(now + 1s), "two");
}

TEST_F(TokenFile, the_last_token_stays_while_the_file_is_gone_or_empty) {
    write("one");
    EXPECT_EQ(log_in.token(now), "one");
    std::filesystem::remove(file);
    EXPECT_EQ(log_in.token(now + 60s), "one");
    write("\n");
    EXPECT_EQ(log_in.token(now + 120s), "one");
}

TEST(LogInByToken, a_refusal_is_final) {
    LogIn log_in{ClusterAccess{.server = "https://k", .authority = {}, .token = "fixed"}};
    EXPECT_EQ(log_in.token(LogIn::Clock::now()), "fixed");
    EXPECT_FALSE(log_in.was_refused(LogIn::Clock::now()));
}

class Lines : public testing::Test {
protected:
    bool add(std::string_view bytes) {
        return splitter.add(bytes, [this](std::string_view line) {
            lines.emplace_back(line);
            return line != "stop";
        });
    }
    LineSplitter splitter{10};
    std::vector<std::string> lines;
};

TEST_F(Lines, they_are_put_together_however_they_come) {
    EXPECT_TRUE(add("on"));
    EXPECT_TRUE(add("e\n\ntwo\nth"));
    EXPECT_TRUE(add("ree\n"));
    EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST_F(Lines, one_that_is_too_long_ends_it_finished_or_not) {
    EXPECT_TRUE(add("0123456789\n"));
    EXPECT_FALSE(add("01234567890\n"));
    EXPECT_TRUE(LineSplitter(10).add("0123456789", [](std::string_view) { return true; }));
    EXPECT_FALSE(LineSplitter(10).add("01234567890", [](std::string_view) { return true; }));
}

TEST_F(Lines, who_takes_them_may_end_it) {
    EXPECT_FALSE(add("one\nstop\nthree\n"));
    EXPECT_THAT(lines, ElementsAre("one", "stop"));
}

TEST(BackOffPauses, they_grow_to_a_bound_and_begin_anew) {
    std::minstd_rand random(1);
    BackOff back_off(100ms, 1s);
    for (const auto whole : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        const auto pause = back_off.next(random);
        EXPECT_GE(pause, whole / 2);
        EXPECT_LE(pause, whole);
    }
    back_off.reset();
    EXPECT_LE(back_off.next(random), 100ms);
}

TEST(Reply, an_error_is_told_in_the_servers_words) {
    const ApiReply reply{.status = 409,
                         .body = R"({"kind":"Status","message":"jobs \"a\" already exists",)"
                                 R"("reason":"AlreadyExists","code":409})",
                         .trouble = {}};
    EXPECT_FALSE(reply.is_ok());
    EXPECT_EQ(reply.reason(), "AlreadyExists");
    EXPECT_EQ(reply.message(), "jobs \"a\" already exists");
}

TEST(Reply, an_error_of_something_else_on_the_way_is_shown) {
    const ApiReply reply{.status = 502, .body = "<html>bad gateway", .trouble = {}};
    EXPECT_EQ(reply.reason(), "");
    EXPECT_THAT(reply.message(), testing::AllOf(HasSubstr("502"), HasSubstr("bad gateway")));
}

TEST(Reply, no_answer_is_told_by_what_stood_in_the_way) {
    const ApiReply reply{.status = 0, .body = {}, .trouble = "connection refused"};
    EXPECT_FALSE(reply.is_ok());
    EXPECT_EQ(reply.message(), "connection refused");
}

TEST(Escaped, selectors_are_fit_for_a_query) {
    EXPECT_EQ(escaped("berth.dev/site=berth,a!=b c~é"),
              "berth.dev%2Fsite%3Dberth%2Ca%21%3Db%20c~%C3%A9");
}

// Without a server: nobody listens on the port of discard.
TEST(Client, a_server_that_is_not_there_is_named_in_the_trouble) {
    ApiClient client({.server = "https://127.0.0.1:9", .authority = {}}, {});
    const auto reply = client.ask({.path = "/version", .patience = 0ms});
    EXPECT_EQ(reply.status, 0);
    EXPECT_THAT(reply.message(), HasSubstr("https://127.0.0.1:9"));
}

TEST(Client, it_asks_again_for_as_long_as_its_patience_and_no_longer) {
    ApiClient client({.server = "https://127.0.0.1:9", .authority = {}}, {});
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(client.ask({.path = "/version", .patience = 300ms}).status, 0);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(Client, it_goes_while_much_is_under_way) {
    ApiClient client({.server = "https://127.0.0.1:9", .authority = {}}, {});
    for (int i = 0; i < 200; ++i) {
        client.send({.path = "/version"}, [](const ApiReply&) {});
        client.open({.path = "/version"}, [](std::string_view) {}, [](const ApiReply&) {});
    }
    client.call_later(1h, [] { FAIL() << "an hour has not gone by"; });
    client.call_and_wait([] {});
}

TEST(Client, a_stream_that_was_closed_on_its_thread_is_silent) {
    ApiClient client({.server = "https://127.0.0.1:9", .authority = {}}, {});
    bool is_closed = false;
    client.call_and_wait([&] {
        const auto stream = client.open(
            {.path = "/version"}, [](std::string_view) {},
            [&](const ApiReply&) { EXPECT_FALSE(is_closed); });
        client.close(stream);
        is_closed = true;
    });
    EXPECT_EQ(client.ask({.path = "/version", .patience = 0ms}).status, 0);
}

TEST(Client, calls_come_in_order_and_waiting_for_one_on_its_own_thread_is_no_deadlock) {
    ApiClient client({.server = "https://127.0.0.1:9", .authority = {}}, {});
    std::vector<int> order;
    client.call([&] { order.push_back(1); });
    client.call([&] {
        client.call([&] { order.push_back(3); });
        client.call_and_wait([&] { order.push_back(2); });
    });
    client.call_and_wait([] {});
    client.call_and_wait([] {});
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace berth
