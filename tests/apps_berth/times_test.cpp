// Times as people type them, and as the command line writes them.
#include "apps/berth/times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using testing::HasSubstr;

SlotGrid grid_in(std::string_view zone) {
    return SlotGrid::make(zone, std::chrono::minutes(120)).value();
}

// Berlin is one hour ahead of UTC in winter and two in summer; Shanghai always eight.
class Times : public testing::Test {
protected:
    std::string at(const std::string& typed) { return at(typed, berlin_); }
    std::string at(const std::string& typed, const SlotGrid& grid) {
        const auto time = parse_time(typed, grid, parse_rfc3339(now_).value());
        if (!time) return time.error();
        return time->at ? to_rfc3339(*time->at) : "now";
    }
    bool refuses(const std::string& typed) {
        return !parse_time(typed, berlin_, parse_rfc3339(now_).value());
    }

    SlotGrid berlin_ = grid_in("Europe/Berlin");
    SlotGrid shanghai_ = grid_in("Asia/Shanghai");
    std::string now_ = "2026-11-25T19:30:00Z";  // a Wednesday, 20:30 in Berlin
};

TEST_F(Times, now_is_left_to_the_server) {
    EXPECT_EQ(at("now"), "now");
    EXPECT_EQ(at("NOW"), "now");
}

TEST_F(Times, a_plus_counts_from_now) {
    EXPECT_EQ(at("+4h"), "2026-11-25T23:30:00Z");
    EXPECT_EQ(at("+30m"), "2026-11-25T20:00:00Z");
    EXPECT_EQ(at("+2d"), "2026-11-27T19:30:00Z");
}

TEST_F(Times, lengths_may_be_put_together_and_said_in_words) {
    EXPECT_EQ(at("+1d12h"), "2026-11-27T07:30:00Z");
    EXPECT_EQ(at("in 90m"), "2026-11-25T21:00:00Z");
    EXPECT_EQ(at("In 1h30m"), "2026-11-25T21:00:00Z");
    EXPECT_EQ(at("2h ago"), "2026-11-25T17:30:00Z");
    EXPECT_TRUE(refuses("in 90"));
    EXPECT_TRUE(refuses("in"));
    EXPECT_TRUE(refuses("90m"));
}

TEST_F(Times, yesterday_is_for_looking_back) {
    EXPECT_EQ(at("yesterday 20:00"), "2026-11-24T19:00:00Z");
}

TEST_F(Times, where_a_day_will_do_its_midnight_is_meant) {
    const auto day = [&](const std::string& typed) {
        const auto time = parse_day_or_time(typed, berlin_, parse_rfc3339(now_).value());
        return time ? to_rfc3339(time->at.value()) : time.error();
    };
    EXPECT_EQ(day("today"), "2026-11-24T23:00:00Z");
    EXPECT_EQ(day("Yesterday"), "2026-11-23T23:00:00Z");
    EXPECT_EQ(day("fri"), "2026-11-26T23:00:00Z");
    EXPECT_EQ(day("2026-11-30"), "2026-11-29T23:00:00Z");
    EXPECT_EQ(day("fri 18:00"), "2026-11-27T17:00:00Z");
    EXPECT_THAT(day("2026-13-30"), HasSubstr("\"2026-13-30\" is not a time"));
    EXPECT_THAT(day("someday"), HasSubstr("\"someday\" is not a time"));
}

TEST(Lengths, are_hours_minutes_days_or_a_plain_number_of_hours) {
    using std::chrono::hours;
    using std::chrono::minutes;
    EXPECT_EQ(parse_length("4h"), hours(4));
    EXPECT_EQ(parse_length("90m"), minutes(90));
    EXPECT_EQ(parse_length("2d"), hours(48));
    EXPECT_EQ(parse_length("1d12h"), hours(36));
    EXPECT_EQ(parse_length("32"), hours(32));
    EXPECT_EQ(parse_length("1.5"), minutes(90));
    EXPECT_EQ(parse_length("1D2H3M"), hours(26) + minutes(3));
}

TEST(Lengths, nonsense_is_quoted_and_answered_with_examples) {
    for (const auto* typed : {"", "h", "4w", "-4h", "12h1d", "4h ", "0x4", "four", "999999h"}) {
        EXPECT_THAT(parse_length(typed).error(), HasSubstr("is not a length of time; write 4h"))
            << typed;
    }
    EXPECT_THAT(parse_length("0h").error(), HasSubstr("more than nothing"));
    EXPECT_THAT(parse_length("0").error(), HasSubstr("more than nothing"));
}

TEST(Lengths, are_written_in_hours_and_minutes) {
    EXPECT_EQ(length_text(std::chrono::hours(36)), "36 h");
    EXPECT_EQ(length_text(std::chrono::minutes(90)), "1 h 30 min");
    EXPECT_EQ(length_text(std::chrono::minutes(5)), "5 min");
}

TEST_F(Times, a_time_of_day_is_the_next_one) {
    EXPECT_EQ(at("22:00"), "2026-11-25T21:00:00Z");
    EXPECT_EQ(at("20:00"), "2026-11-26T19:00:00Z");
    EXPECT_EQ(at("8:00"), "2026-11-26T07:00:00Z");
}

TEST_F(Times, this_very_minute_means_tomorrow) {
    EXPECT_EQ(at("20:30"), "2026-11-26T19:30:00Z");
}

TEST_F(Times, a_weekday_is_the_next_one_at_that_time) {
    EXPECT_EQ(at("wed 22:00"), "2026-11-25T21:00:00Z");
    EXPECT_EQ(at("wed 20:00"), "2026-12-02T19:00:00Z");
    EXPECT_EQ(at("thu 20:00"), "2026-11-26T19:00:00Z");
    EXPECT_EQ(at("Tuesday 20:00"), "2026-12-01T19:00:00Z");
    EXPECT_EQ(at("sun 0:00"), "2026-11-28T23:00:00Z");
}

TEST_F(Times, today_and_tomorrow_are_the_sites_days) {
    EXPECT_EQ(at("today 22:00"), "2026-11-25T21:00:00Z");
    EXPECT_EQ(at("today 20:00"), "2026-11-25T19:00:00Z");
    EXPECT_EQ(at("tomorrow 8:00"), "2026-11-26T07:00:00Z");
    // In Shanghai it is Thursday already, 03:30.
    EXPECT_EQ(at("today 8:00", shanghai_), "2026-11-26T00:00:00Z");
    EXPECT_EQ(at("tomorrow 8:00", shanghai_), "2026-11-27T00:00:00Z");
    EXPECT_EQ(at("thu 8:00", shanghai_), "2026-11-26T00:00:00Z");
}

TEST_F(Times, the_last_day_of_a_year_is_followed_by_the_first) {
    now_ = "2026-12-31T12:00:00Z";
    EXPECT_EQ(at("tomorrow 8:00"), "2027-01-01T07:00:00Z");
    EXPECT_EQ(at("8:00"), "2027-01-01T07:00:00Z");
}

TEST_F(Times, a_date_is_read_in_the_sites_zone) {
    EXPECT_EQ(at("2026-11-30 20:00"), "2026-11-30T19:00:00Z");
    EXPECT_EQ(at("2026-11-30T20:00"), "2026-11-30T19:00:00Z");
    EXPECT_EQ(at("2026-11-30T20:00:00"), "2026-11-30T19:00:00Z");
    EXPECT_EQ(at("2026-07-30 20:00"), "2026-07-30T18:00:00Z");
    EXPECT_EQ(at("2026-11-30 20:00", shanghai_), "2026-11-30T12:00:00Z");
    EXPECT_EQ(at("2028-02-29 8:00"), "2028-02-29T07:00:00Z");
}

TEST_F(Times, rfc_3339_says_its_own_offset) {
    EXPECT_EQ(at("2026-11-30T20:00:00Z"), "2026-11-30T20:00:00Z");
    EXPECT_EQ(at("2026-11-30T20:00:00+08:00"), "2026-11-30T12:00:00Z");
    EXPECT_EQ(at("2026-11-30T20:00:00Z", shanghai_), "2026-11-30T20:00:00Z");
}

TEST_F(Times, a_time_that_the_clocks_skip_is_refused_with_the_reason) {
    EXPECT_THAT(at("2027-03-28 2:30"), HasSubstr("does not exist in Europe/Berlin"));
    now_ = "2027-03-27T12:00:00Z";
    EXPECT_THAT(at("tomorrow 2:30"), HasSubstr("the clocks jump from 02:00:00 to 03:00:00"));
    EXPECT_THAT(at("tomorrow 2:30"), HasSubstr("say 2027-03-28 03:30 or 2027-03-28 01:30 instead"));
    EXPECT_EQ(at("tomorrow 4:00"), "2027-03-28T02:00:00Z");
}

TEST_F(Times, a_time_that_happens_twice_is_refused_with_both_meanings) {
    const std::string why = at("2026-10-25 2:30");
    EXPECT_THAT(why, HasSubstr("happens twice in Europe/Berlin"));
    EXPECT_THAT(why, HasSubstr("2026-10-25T00:30:00Z"));
    EXPECT_THAT(why, HasSubstr("2026-10-25T01:30:00Z"));
}

TEST_F(Times, nonsense_is_quoted_and_answered_with_examples) {
    EXPECT_EQ(
        at("soonish"),
        "\"soonish\" is not a time; write now, +4h, in 90m, 20:00, wed 20:00, tomorrow 8:00 or "
        "2026-11-30 20:00");
    for (const auto* typed :
         {"", " ", "+", "+4", "+4w", "+-4h", "+999999h", "24:00", "20:60", "20", "20:00 wed",
          "someday 20:00", "mo 20:00", "2026-13-01 8:00", "2027-02-29 8:00", "2026-11-30",
          "2026-11-30 24:00", "2026-11-30 20:00:30"}) {
        EXPECT_TRUE(refuses(typed)) << typed;
    }
}

TEST_F(Times, a_window_is_written_in_the_sites_zone) {
    const auto start = parse_rfc3339("2026-11-25T12:00:00Z").value();
    const auto end = parse_rfc3339("2026-11-26T20:00:00Z").value();
    EXPECT_EQ(short_time(start, shanghai_), "Wed 25 Nov 20:00");
    EXPECT_EQ(window_text(start, end, shanghai_), "Wed 25 Nov 20:00 – Fri 27 Nov 04:00");
    EXPECT_EQ(window_text(start, end, berlin_), "Wed 25 Nov 13:00 – Thu 26 Nov 21:00");
}

TEST(DurationText, the_two_largest_units_are_named) {
    EXPECT_EQ(duration_text(0), "0 s");
    EXPECT_EQ(duration_text(45.4), "45 s");
    EXPECT_EQ(duration_text(59.6), "1 min 0 s");
    EXPECT_EQ(duration_text(125), "2 min 5 s");
    EXPECT_EQ(duration_text(3599.7), "1 h 0 min");
    EXPECT_EQ(duration_text(4800), "1 h 20 min");
    EXPECT_EQ(duration_text(100'000), "27 h 46 min");
}

}  // namespace
}  // namespace berth::cli
