#include "time/slot_grid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace berth {
namespace {

using std::chrono::minutes;

SlotGrid grid_of(std::string_view zone, int length = 120) {
    auto grid = SlotGrid::make(zone, minutes(length));
    EXPECT_TRUE(grid) << grid.error();
    return *grid;
}

Instant utc(std::string_view text) {
    const auto instant = parse_rfc3339(text);
    EXPECT_TRUE(instant) << instant.error();
    return *instant;
}

LocalTime local(int year, unsigned month, unsigned day, int hour, int minute) {
    using namespace std::chrono;
    return local_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
           hours(hour) + minutes(minute);
}

// The lengths in minutes of `count` slots from this instant on.
std::vector<long> lengths(const SlotGrid& grid, std::string_view from, int count) {
    const Instant start = utc(from);
    EXPECT_TRUE(grid.is_edge(start)) << from;
    std::vector<long> lengths;
    for (Slot slot = grid.slot_at(start); count > 0; --count, slot = slot + 1) {
        const Span span = grid.span_of({slot, slot + 1});
        lengths.push_back(std::chrono::duration_cast<minutes>(span.length()).count());
    }
    return lengths;
}

using Lengths = std::vector<long>;

TEST(SlotGrid, a_day_that_skips_an_hour_in_berlin_has_one_slot_of_an_hour) {
    const SlotGrid grid = grid_of("Europe/Berlin");
    EXPECT_EQ(lengths(grid, "2026-03-28T23:00:00Z", 4), (Lengths{120, 60, 120, 120}));
    EXPECT_EQ(grid.slot_at(utc("2026-03-29T22:00:00Z")) - grid.slot_at(utc("2026-03-28T23:00:00Z")),
              12);
}

TEST(SlotGrid, a_day_that_repeats_an_hour_in_berlin_has_one_slot_of_three_hours) {
    const SlotGrid grid = grid_of("Europe/Berlin");
    EXPECT_EQ(lengths(grid, "2026-10-24T22:00:00Z", 4), (Lengths{120, 180, 120, 120}));
    const Slot repeated = grid.slot_at(utc("2026-10-25T00:00:00Z"));
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T01:30:00Z")), repeated);
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T02:59:59.999Z")), repeated);
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T03:00:00Z")), repeated + 1);
}

TEST(SlotGrid, new_york_changes_at_two_so_the_repeated_hour_lies_in_the_first_slot) {
    const SlotGrid grid = grid_of("America/New_York");
    EXPECT_EQ(lengths(grid, "2026-03-08T05:00:00Z", 3), (Lengths{120, 60, 120}));
    EXPECT_EQ(lengths(grid, "2026-11-01T04:00:00Z", 3), (Lengths{180, 120, 120}));
}

TEST(SlotGrid, shanghai_has_twelve_equal_slots_every_day) {
    const SlotGrid grid = grid_of("Asia/Shanghai");
    EXPECT_EQ(lengths(grid, "2026-03-28T16:00:00Z", 12), Lengths(12, 120));
    EXPECT_EQ(lengths(grid, "2026-10-24T16:00:00Z", 12), Lengths(12, 120));
}

TEST(SlotGrid, lord_howe_moves_its_clocks_by_half_an_hour) {
    const SlotGrid grid = grid_of("Australia/Lord_Howe");
    EXPECT_EQ(lengths(grid, "2026-10-03T13:30:00Z", 3), (Lengths{120, 90, 120}));
    EXPECT_EQ(lengths(grid, "2026-04-04T13:00:00Z", 3), (Lengths{150, 120, 120}));
}

TEST(SlotGrid, a_day_whose_midnight_vanishes_begins_at_the_jump) {
    EXPECT_EQ(lengths(grid_of("America/Havana"), "2026-03-08T05:00:00Z", 2), (Lengths{60, 120}));
    EXPECT_EQ(lengths(grid_of("Asia/Beirut"), "2026-03-28T22:00:00Z", 2), (Lengths{60, 120}));
}

TEST(SlotGrid, a_day_whose_midnight_happens_twice_begins_at_the_first) {
    EXPECT_EQ(lengths(grid_of("America/Havana"), "2026-11-01T04:00:00Z", 2), (Lengths{180, 120}));
}

TEST(SlotGrid, short_slots_that_the_clocks_skip_have_no_length_and_hold_no_instant) {
    const SlotGrid grid = grid_of("Europe/Berlin", 30);
    EXPECT_EQ(lengths(grid, "2026-03-29T00:30:00Z", 1), (Lengths{30}));
    const Slot after = grid.slot_at(utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(grid.start_of(after), utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(grid.start_of(after - 1), grid.start_of(after));
    EXPECT_EQ(grid.start_of(after + 1), utc("2026-03-29T01:30:00Z"));
}

TEST(SlotGrid, while_the_clocks_repeat_an_hour_its_last_short_slot_goes_on) {
    const SlotGrid grid = grid_of("Europe/Berlin", 30);
    EXPECT_EQ(lengths(grid, "2026-10-25T00:00:00Z", 3), (Lengths{30, 90, 30}));
    const Slot last = grid.slot_at(utc("2026-10-25T00:30:00Z"));
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T01:15:00Z")), last);
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T01:45:00Z")), last);
    EXPECT_EQ(grid.slot_at(utc("2026-10-25T02:00:00Z")), last + 1);
}

TEST(SlotGrid, a_span_that_ends_on_an_edge_does_not_cover_the_slot_after) {
    const SlotGrid grid = grid_of("Europe/Berlin");
    const Slot slot = grid.slot_at(utc("2026-11-30T19:00:00Z"));
    const Window two{slot, slot + 2};
    EXPECT_EQ(grid.covering(grid.span_of(two)), two);
    EXPECT_EQ(grid.covering({grid.start_of(slot) + Duration(1), grid.start_of(two.last)}), two);
}

TEST(SlotGrid, instants_beyond_all_slots_fall_into_the_farthest) {
    const SlotGrid grid = grid_of("Europe/Berlin", 1);
    EXPECT_EQ(grid.slot_at(Instant::max()), grid.slot_at(utc("9999-12-31T00:00:00Z")));
    EXPECT_LT(grid.slot_at(Instant::min()), grid.slot_at(utc("0001-01-01T00:00:00Z")));
    EXPECT_GT(grid.start_of(grid.slot_at(Instant::max())), utc("3000-01-01T00:00:00Z"));
}

TEST(SlotGrid, edges_are_found_on_both_sides) {
    const SlotGrid grid = grid_of("Europe/Berlin");
    const Instant edge = utc("2026-11-30T19:00:00Z");
    EXPECT_EQ(grid.edge_at_or_before(edge), edge);
    EXPECT_EQ(grid.edge_at_or_after(edge), edge);
    EXPECT_FALSE(grid.is_edge(edge + Duration(1)));
    EXPECT_EQ(grid.edge_at_or_before(edge + Duration(1)), edge);
    EXPECT_EQ(grid.edge_at_or_after(edge + Duration(1)), utc("2026-11-30T21:00:00Z"));
    EXPECT_EQ(grid.edge_at_or_before(edge - Duration(1)), utc("2026-11-30T17:00:00Z"));
}

TEST(SlotGrid, slots_leave_no_gap_and_contain_their_instants_in_every_zone) {
    EXPECT_TRUE(rc::check("slots, instants and coverings agree", [] {
        const std::string zone = *rc::gen::element<std::string>(
            "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe",
            "America/Havana", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu", "UTC");
        const SlotGrid grid = grid_of(zone, *rc::gen::element(15, 30, 60, 120, 480, 1440));
        const auto second = *rc::gen::inRange<std::int64_t>(-86'400, 2'208'988'800);
        const Instant instant{std::chrono::seconds(second)};
        const Slot slot = grid.slot_at(instant);
        RC_ASSERT(grid.span_of({slot, slot + 1}).contains(instant));
        RC_ASSERT(grid.start_of(slot - 1) <= grid.start_of(slot));
        RC_ASSERT(grid.is_edge(grid.start_of(slot)));

        const Span span{instant, instant + Duration(*rc::gen::inRange(1, 400'000'000))};
        const Window window = grid.covering(span);
        const Span covered = grid.span_of(window);
        RC_ASSERT(covered.from <= span.from && span.to <= covered.to);
        RC_ASSERT(span.from < grid.start_of(window.first + 1));
        RC_ASSERT(grid.start_of(window.last - 1) < span.to);
    }));
}

TEST(SlotGrid, nothing_is_covered_by_an_empty_window) {
    const SlotGrid grid = grid_of("UTC");
    const Instant instant = utc("2026-11-30T20:30:00Z");
    EXPECT_EQ(grid.covering({instant, instant}).slots(), 0);
}

TEST(SlotGrid, a_wall_clock_time_that_exists_once_is_found) {
    EXPECT_EQ(grid_of("Europe/Berlin").from_local(local(2026, 11, 30, 21, 0)),
              utc("2026-11-30T20:00:00Z"));
    EXPECT_EQ(grid_of("Europe/Berlin").from_local(local(2026, 3, 29, 3, 0)),
              utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(grid_of("Asia/Shanghai").from_local(local(2026, 12, 1, 4, 0)),
              utc("2026-11-30T20:00:00Z"));
}

TEST(SlotGrid, a_time_that_the_clocks_skip_is_refused_with_the_jump) {
    const auto berlin = grid_of("Europe/Berlin").from_local(local(2026, 3, 29, 2, 30));
    ASSERT_FALSE(berlin);
    EXPECT_EQ(berlin.error(),
              "2026-03-29 02:30:00 does not exist in Europe/Berlin: the clocks jump from 02:00:00 "
              "to 03:00:00");
    const auto howe = grid_of("Australia/Lord_Howe").from_local(local(2026, 10, 4, 2, 15));
    ASSERT_FALSE(howe);
    EXPECT_NE(howe.error().find("from 02:00:00 to 02:30:00"), std::string::npos) << howe.error();
    const auto havana = grid_of("America/Havana").from_local(local(2026, 3, 8, 0, 0));
    ASSERT_FALSE(havana);
    EXPECT_NE(havana.error().find("from 00:00:00 to 01:00:00"), std::string::npos)
        << havana.error();
}

TEST(SlotGrid, a_time_that_happens_twice_is_refused_with_both_instants) {
    const auto twice = grid_of("Europe/Berlin").from_local(local(2026, 10, 25, 2, 30));
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().find("happens twice in Europe/Berlin"), std::string::npos);
    EXPECT_NE(twice.error().find("2026-10-25T00:30:00Z or 2026-10-25T01:30:00Z"), std::string::npos)
        << twice.error();
}

TEST(SlotGrid, local_text_reads_the_clocks_on_the_wall) {
    const SlotGrid grid = grid_of("Europe/Berlin");
    EXPECT_EQ(grid.local_text(utc("2026-10-25T00:30:00Z")), "2026-10-25 02:30:00");
    EXPECT_EQ(grid.local_text(utc("2026-10-25T01:30:00Z")), "2026-10-25 02:30:00");
    EXPECT_EQ(grid.local_iso(utc("2026-07-01T22:00:00Z")), "2026-07-02T00:00:00");
}

TEST(SlotGrid, a_zone_or_length_that_cannot_be_is_refused) {
    const auto zone = SlotGrid::make("Europe/Atlantis", minutes(120));
    ASSERT_FALSE(zone);
    EXPECT_NE(zone.error().find("\"Europe/Atlantis\" is not a time zone"), std::string::npos);
    for (const int length : {0, -60, 7, 2880}) {
        const auto grid = SlotGrid::make("UTC", minutes(length));
        ASSERT_FALSE(grid) << length;
        EXPECT_NE(grid.error().find("does not divide a day"), std::string::npos);
    }
    EXPECT_TRUE(SlotGrid::make("UTC", minutes(1440)));
}

}  // namespace
}  // namespace berth
