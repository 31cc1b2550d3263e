#include "time/instant.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace berth {
namespace {

Instant at(std::int64_t milliseconds) {
    return Instant(Duration(milliseconds));
}

// Empty when the text was taken.
std::string complaint_about(std::string_view text) {
    const auto parsed = parse_rfc3339(text);
    return parsed ? std::string() : parsed.error();
}

TEST(Instant, an_instant_is_written_in_utc_with_decimals_only_when_it_has_some) {
    EXPECT_EQ(to_rfc3339(at(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(at(1'796'068'800'000)), "2026-11-30T20:00:00Z");
    EXPECT_EQ(to_rfc3339(at(1'796'068'800'007)), "2026-11-30T20:00:00.007Z");
    EXPECT_EQ(to_rfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, what_was_written_is_read_back) {
    EXPECT_TRUE(rc::check("any instant of the years 1900 to 2200", [] {
        const auto instant =
            at(*rc::gen::inRange<std::int64_t>(-2'208'988'800'000, 7'258'118'400'000));
        const auto read = parse_rfc3339(to_rfc3339(instant));
        RC_ASSERT(read.has_value() && *read == instant);
    }));
}

TEST(Instant, offsets_count_from_utc) {
    const auto utc = parse_rfc3339("2026-11-30T20:00:00Z");
    ASSERT_TRUE(utc);
    EXPECT_EQ(parse_rfc3339("2026-11-30T21:00:00+01:00"), utc);
    EXPECT_EQ(parse_rfc3339("2026-11-30T16:30:00-03:30"), utc);
    EXPECT_EQ(parse_rfc3339("2026-12-01T06:30:00+10:30"), utc);
    EXPECT_EQ(parse_rfc3339("2026-11-30t20:00:00z"), utc);
    EXPECT_EQ(parse_rfc3339("2026-11-30T20:00:00+00:00"), utc);
}

TEST(Instant, decimals_beyond_the_millisecond_are_cut) {
    const auto second = parse_rfc3339("2026-11-30T20:00:00Z");
    EXPECT_EQ(parse_rfc3339("2026-11-30T20:00:00.5Z"), *second + Duration(500));
    EXPECT_EQ(parse_rfc3339("2026-11-30T20:00:00.05Z"), *second + Duration(50));
    EXPECT_EQ(parse_rfc3339("2026-11-30T20:00:00.123999999Z"), *second + Duration(123));
}

TEST(Instant, leap_days_exist_in_leap_years_only) {
    EXPECT_TRUE(parse_rfc3339("2028-02-29T00:00:00Z"));
    EXPECT_TRUE(parse_rfc3339("2000-02-29T00:00:00Z"));
    EXPECT_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
    EXPECT_FALSE(parse_rfc3339("2100-02-29T00:00:00Z"));
}

TEST(Instant, a_text_that_is_no_time_is_refused_with_what_is_wrong) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "begin with a date"},
        {"tomorrow", "begin with a date"},
        {"26-11-30T20:00:00Z", "begin with a date"},
        {"2026/11/30T20:00:00Z", "begin with a date"},
        {"2026-1-30T20:00:00Z", "begin with a date"},
        {" 2026-11-30T20:00:00Z", "begin with a date"},
        {"2026-11-30", "followed by a \"T\""},
        {"2026-11-30 20:00:00Z", "followed by a \"T\""},
        {"2026-11-30T20:00Z", "hours, minutes and seconds"},
        {"2026-11-30T", "hours, minutes and seconds"},
        {"2026-11-30T20:00:00.Z", "one to nine decimals"},
        {"2026-11-30T20:00:00.1234567890Z", "one to nine decimals"},
        {"2026-11-30T20:00:00", "does not say its offset"},
        {"2026-11-30T20:00:00.25", "does not say its offset"},
        {"2026-11-30T20:00:00X", "neither \"Z\" nor"},
        {"2026-11-30T20:00:00+1:00", "neither \"Z\" nor"},
        {"2026-11-30T20:00:00+24:00", "neither \"Z\" nor"},
        {"2026-11-30T20:00:00+01:60", "neither \"Z\" nor"},
        {"2026-11-30T20:00:00+0100", "neither \"Z\" nor"},
        {"2026-11-30T20:00:00Z ", "something follows"},
        {"2026-11-30T20:00:00+01:000", "something follows"},
        {"2026-13-01T20:00:00Z", "no such day"},
        {"2026-00-01T20:00:00Z", "no such day"},
        {"2026-11-31T20:00:00Z", "no such day"},
        {"2026-11-00T20:00:00Z", "no such day"},
        {"2026-11-30T24:00:00Z", "00 to 23"},
        {"2026-11-30T20:60:00Z", "minutes run"},
        {"2026-11-30T20:00:60Z", "leap seconds"},
    };
    for (const auto& [text, what] : cases) {
        const std::string complaint = complaint_about(text);
        EXPECT_NE(complaint.find(what), std::string::npos) << text << " -> " << complaint;
        EXPECT_NE(complaint.find('"' + std::string(text) + '"'), std::string::npos) << complaint;
    }
}

TEST(Instant, spans_that_touch_do_not_overlap) {
    const Span early{at(0), at(10)};
    const Span late{at(10), at(20)};
    EXPECT_FALSE(early.overlaps(late));
    EXPECT_FALSE(late.overlaps(early));
    EXPECT_TRUE(early.overlaps({at(9), at(11)}));
    EXPECT_TRUE(early.contains(at(0)));
    EXPECT_FALSE(early.contains(at(10)));
    EXPECT_EQ(late.length(), Duration(10));
    EXPECT_TRUE((Span{at(5), at(5)}.empty()));
}

}  // namespace
}  // namespace berth
