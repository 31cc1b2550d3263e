// Who waits for news: nobody too long, nobody for ever, nobody twice.
#include "api/long_polls.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using Look = LongPolls::Look;

class long_polls : public testing::Test {
protected:
    [[nodiscard]] LongPolls::Ways ways() {
        return {
            .run_later = [this](std::chrono::milliseconds,
                                std::function<void()> what) { later.push_back(std::move(what)); },
            .run_aside = [](const std::function<void()>& what) { what(); },
            .now = [this] { return now; },
            .report = [this](const std::string& what) { reported.push_back(what); }};
    }

    LongPolls::Ask when_there_is_news() {
        return [this](Look look) -> std::optional<Response> {
            ++looks;
            if (news || look == Look::last) return text_response(200, news ? "news" : "nothing");
            return std::nullopt;
        };
    }

    Respond respond() {
        return [this](const Response& response) { answers.push_back(response.body); };
    }

    void go_on(std::chrono::milliseconds time) {
        now += time;
        for (const auto& what : std::exchange(later, {})) what();
    }

    LongPolls::Time now;
    bool news = false;
    int looks = 0;
    std::vector<std::function<void()>> later;
    std::vector<std::string> answers;
    std::vector<std::string> reported;
};

TEST_F(long_polls, whose_time_is_over_is_told_that_there_is_nothing) {
    LongPolls polls(ways());
    polls.add(1s, when_there_is_news(), respond());
    go_on(900ms);
    EXPECT_TRUE(answers.empty());
    go_on(100ms);
    EXPECT_EQ(answers, std::vector<std::string>{"nothing"});
    EXPECT_TRUE(later.empty());
}

TEST_F(long_polls, all_who_wait_share_one_timer) {
    LongPolls polls(ways());
    for (int i = 0; i < 200; ++i) polls.add(10s, when_there_is_news(), respond());
    EXPECT_EQ(later.size(), 1U);
    go_on(250ms);
    EXPECT_EQ(later.size(), 1U);
    EXPECT_EQ(looks, 400);
    news = true;
    go_on(250ms);
    EXPECT_EQ(answers.size(), 200U);
    EXPECT_TRUE(later.empty());
}

TEST_F(long_polls, who_has_no_patience_is_answered_at_once) {
    LongPolls polls(ways());
    polls.add(0s, when_there_is_news(), respond());
    EXPECT_EQ(answers, std::vector<std::string>{"nothing"});
    EXPECT_EQ(looks, 1);
}

TEST_F(long_polls, without_a_timer_nobody_waits) {
    auto without = ways();
    without.run_later = {};
    LongPolls polls(std::move(without));
    polls.add(10s, when_there_is_news(), respond());
    EXPECT_EQ(answers.size(), 1U);
}

TEST_F(long_polls, the_end_answers_those_who_wait_and_those_who_come_later) {
    LongPolls polls(ways());
    polls.add(10s, when_there_is_news(), respond());
    polls.close();
    EXPECT_EQ(answers.size(), 1U);
    polls.add(10s, when_there_is_news(), respond());
    EXPECT_EQ(answers.size(), 2U);
    go_on(250ms);
    EXPECT_EQ(answers.size(), 2U);
}

TEST_F(long_polls, the_end_in_the_middle_of_a_look_forgets_nobody) {
    LongPolls polls(ways());
    polls.add(
        10s,
        [&](Look look) -> std::optional<Response> {
            if (look == Look::last) return text_response(200, "the end");
            polls.close();
            return std::nullopt;
        },
        respond());
    EXPECT_EQ(answers, std::vector<std::string>{"the end"});
}

TEST_F(long_polls, a_failing_look_is_500_and_reported) {
    LongPolls polls(ways());
    int status = 0;
    polls.add(
        1s, [](Look) -> std::optional<Response> { throw std::runtime_error("the disk is gone"); },
        [&](const Response& response) { status = response.status; });
    EXPECT_EQ(status, 500);
    EXPECT_EQ(reported.size(), 1U);
}

}  // namespace
}  // namespace berth::test
