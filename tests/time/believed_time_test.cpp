// Wall clocks that jump, made up: what Berth makes of them.
#include "time/believed_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Optional;

const Instant nine = parse_rfc3339("2026-11-30T09:00:00Z").value();

// A machine whose wall clock can be set, looked at each second of the other clock.
class BelievedTimeTest : public testing::Test {
protected:
    Instant look() {
        const Instant now = time.at(true_time + set_off, since_boot);
        EXPECT_GE(now, last) << "time went backwards";
        last = now;
        if (auto report = time.take_report()) reports.push_back(*report);
        return now;
    }
    // The time that is believed in the end; `each` is called after every look.
    Instant pass(Duration length, const std::function<void(Instant)>& each = {}) {
        for (Duration passed{0}; passed < length; passed += 1s) {
            true_time += 1s;
            since_boot += 1s;
            const Instant now = look();
            if (each) each(now);
        }
        return look();
    }

    Instant true_time = nine;
    Duration set_off{0};  // how wrong the wall clock is
    Duration since_boot = 77h;
    BelievedTime time{nine, since_boot};
    Instant last = nine;
    std::vector<std::string> reports;
};

TEST_F(BelievedTimeTest, a_wall_clock_that_runs_well_is_the_time) {
    EXPECT_EQ(pass(2h), nine + 2h);
    EXPECT_TRUE(reports.empty());
}

TEST_F(BelievedTimeTest, an_hour_ahead_and_back_within_minutes_changes_nothing) {
    pass(10min);
    set_off = 1h;
    const auto expect_true = [&](Instant now) { ASSERT_EQ(now, true_time); };
    pass(4min, expect_true);
    set_off = 0h;
    pass(1h, expect_true);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_THAT(reports[0], HasSubstr("jumped ahead by 60 min 0 s, to 2026-11-30T10:10:01Z"));
    EXPECT_THAT(reports[1], HasSubstr("jumped back to where it was"));
}

TEST_F(BelievedTimeTest, an_hour_back_and_ahead_within_minutes_changes_nothing) {
    set_off = -1h;
    const auto expect_true = [&](Instant now) { ASSERT_EQ(now, true_time); };
    pass(4min, expect_true);
    set_off = 0h;
    pass(1h, expect_true);
}

TEST_F(BelievedTimeTest, a_jump_ahead_that_lasts_is_followed_after_five_minutes) {
    set_off = 1h;
    EXPECT_EQ(pass(5min), nine + 5min);
    EXPECT_EQ(pass(1s), nine + 1h + 5min + 1s);
    EXPECT_EQ(pass(1h), nine + 2h + 5min + 1s);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_THAT(reports[1], HasSubstr("Berth follows it to 2026-11-30T10:05:01Z"));
}

TEST_F(BelievedTimeTest, a_jump_back_that_lasts_is_met_at_half_pace_and_nothing_stands_still) {
    set_off = -1h;
    EXPECT_EQ(pass(5min), nine + 5min);
    Instant before = last;
    pass(2h, [&](Instant now) {
        ASSERT_GT(now, before);
        before = now;
    });
    EXPECT_EQ(last, true_time + set_off) << "it gained one hour on two";
    pass(10min, [&](Instant now) { ASSERT_EQ(now, true_time + set_off); });
    ASSERT_EQ(reports.size(), 3U);
    EXPECT_THAT(reports[1], HasSubstr("runs at half pace"));
    EXPECT_THAT(reports[2], HasSubstr("agree again"));
}

TEST_F(BelievedTimeTest, half_pace_is_half_however_often_it_is_looked_at) {
    set_off = -1h;
    pass(5min + 1s);
    const Instant before = last;
    for (int looks = 0; looks < 60'000; ++looks) {
        true_time += 1ms;
        since_boot += 1ms;
        look();
    }
    EXPECT_EQ(last, before + 30s);
}

TEST_F(BelievedTimeTest, a_second_jump_has_to_last_by_itself) {
    set_off = 1h;
    pass(4min);
    set_off = 2h;
    EXPECT_EQ(pass(4min), nine + 8min);
    EXPECT_EQ(pass(62s), nine + 2h + 9min + 2s);
}

TEST_F(BelievedTimeTest, a_suspend_of_an_hour_is_followed_at_once) {
    pass(1min);
    true_time += 1h;
    since_boot += 1h;
    EXPECT_EQ(look(), nine + 1h + 1min);
    EXPECT_TRUE(reports.empty());
}

TEST_F(BelievedTimeTest, a_clock_that_drifts_is_followed_all_day) {
    for (int second = 0; second < 86'400; second += 10) {
        pass(10s);
        set_off += 5ms;  // 500 millionths
    }
    EXPECT_EQ(look(), true_time + set_off);
    EXPECT_GT(set_off, 40s);
    EXPECT_TRUE(reports.empty());
}

TEST_F(BelievedTimeTest, a_clock_that_drifts_is_followed_though_nobody_looked_for_a_day) {
    true_time += 24h;
    since_boot += 24h;
    set_off = 43s;
    EXPECT_EQ(look(), true_time + 43s);
}

TEST_F(BelievedTimeTest, a_small_step_is_followed_at_once_and_one_back_is_waited_for) {
    pass(1min);
    set_off = 2s;
    EXPECT_EQ(look(), true_time + 2s);
    set_off = 0s;
    pass(4s);
    EXPECT_EQ(last, true_time);
    EXPECT_TRUE(reports.empty());
}

TEST_F(BelievedTimeTest, a_time_to_go_on_with_wins_over_a_wall_clock_that_is_an_hour_off) {
    time = BelievedTime(nine, since_boot);
    set_off = 1h;
    EXPECT_EQ(look(), nine);
    EXPECT_EQ(pass(5min), nine + 1h + 5min);
}

}  // namespace
}  // namespace berth
