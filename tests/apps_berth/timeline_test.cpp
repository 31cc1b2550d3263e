// The calendar as letters.
#include "apps/berth/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "apps/berth/table.hpp"

namespace berth::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Instant at(const char* text) {
    return parse_rfc3339(text).value();
}

class Timeline : public testing::Test {
protected:
    Timeline() {
        table_.now = at("2026-11-30T09:00:00Z");
        table_.window = {at("2026-11-30T00:00:00Z"), at("2026-12-02T00:00:00Z")};
        table_.gpus = {{"node1/0", "node1", true}, {"node1/1", "node1", true}};
    }
    void book(const std::string& team, std::vector<std::size_t> gpus, const char* from,
              const char* to) {
        table_.bookings.push_back({team, std::move(gpus), {at(from), at(to)}});
    }
    std::string draw(int width = 100, Colours colours = Colours::no) {
        return draw_timeline(table_, grid_, {.width = width, .colours = colours});
    }
    // The line that begins with this word.
    std::string line(const std::string& head, int width = 100) {
        std::istringstream lines(draw(width));
        for (std::string text; std::getline(lines, text);) {
            if (text.starts_with(head)) return text;
        }
        return "";
    }

    SlotGrid grid_ = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Timetable table_;
};

TEST_F(Timeline, each_gpu_has_a_row_and_each_slot_a_column) {
    book("vision", {0}, "2026-11-30T20:00:00Z", "2026-12-01T04:00:00Z");
    EXPECT_EQ(line("node1/0"), "node1/0 |..........VV|VV..........");
    EXPECT_EQ(line("node1/1"), "node1/1 |............|............");
}

TEST_F(Timeline, days_hours_and_the_present_stand_above) {
    EXPECT_EQ(line("GPU"), "GPU     |Mon 30 Nov  |Tue 01 Dec");
    EXPECT_THAT(draw(), HasSubstr("        |0  6  12 18 |0  6  12 18\n"));
    EXPECT_EQ(line("now"), "now     |    v       |");
    table_.now = at("2027-01-01T00:00:00Z");
    EXPECT_EQ(line("now"), "");
}

TEST_F(Timeline, teams_with_the_same_initial_get_different_letters_and_a_legend) {
    book("vision", {0}, "2026-11-30T00:00:00Z", "2026-11-30T04:00:00Z");
    book("video", {0, 1}, "2026-11-30T04:00:00Z", "2026-11-30T08:00:00Z");
    EXPECT_EQ(line("node1/0"), "node1/0 |AAVV........|............");
    EXPECT_THAT(line("V "),
                AllOf(HasSubstr("video"), HasSubstr("1 booking "), HasSubstr("8 GPU-hours")));
    EXPECT_THAT(line("A "), AllOf(HasSubstr("vision"), HasSubstr("4 GPU-hours")));
}

TEST_F(Timeline, a_slot_that_is_held_in_part_is_in_lower_case) {
    book("vision", {0}, "2026-11-30T09:00:00Z", "2026-11-30T12:00:00Z");
    EXPECT_EQ(line("node1/0"), "node1/0 |....vV......|............");
}

TEST_F(Timeline, two_teams_in_one_column_are_a_plus) {
    book("vision", {0}, "2026-11-30T00:00:00Z", "2026-11-30T01:00:00Z");
    book("nlp", {0}, "2026-11-30T01:00:00Z", "2026-11-30T02:00:00Z");
    EXPECT_EQ(line("node1/0"), "node1/0 |+...........|............");
}

TEST_F(Timeline, what_is_out_of_service_is_crossed_out_where_it_is_free) {
    table_.gpus[1].healthy = false;
    book("vision", {1}, "2026-11-30T00:00:00Z", "2026-11-30T04:00:00Z");
    EXPECT_EQ(line("node1/1"), "node1/1 |VVxxxxxxxxxx|xxxxxxxxxxxx");
}

TEST_F(Timeline, a_narrow_terminal_gets_several_slots_in_a_column) {
    book("vision", {0}, "2026-11-30T02:00:00Z", "2026-11-30T08:00:00Z");
    EXPECT_EQ(line("node1/0", 24), "node1/0 |vV....|......");
    EXPECT_THAT(draw(24), HasSubstr("a column is 4 h"));
    EXPECT_EQ(line("node1/0", 16), "node1/0 |v..|...");
}

TEST_F(Timeline, no_line_of_the_picture_is_wider_than_the_terminal) {
    book("vision", {0}, "2026-11-30T02:00:00Z", "2026-12-20T08:00:00Z");
    table_.window.to = at("2026-12-14T00:00:00Z");
    for (const int width : {18, 25, 40, 80, 120, 300}) {
        for (const auto* head : {"GPU", "now", "node1/0"}) {
            EXPECT_LE(display_width(line(head, width)), width) << head;
        }
    }
}

TEST_F(Timeline, what_does_not_fit_at_all_is_cut_and_said) {
    table_.window.to = at("2027-12-14T00:00:00Z");
    EXPECT_LE(display_width(line("node1/0", 30)), 30);
    EXPECT_THAT(draw(30), HasSubstr("cut at "));
    EXPECT_THAT(draw(1000), Not(HasSubstr("cut at ")));
}

TEST_F(Timeline, colours_are_only_there_when_they_are_wanted) {
    book("vision", {0}, "2026-11-30T20:00:00Z", "2026-12-01T04:00:00Z");
    EXPECT_THAT(draw(100, Colours::no), Not(HasSubstr("\x1b")));
    EXPECT_THAT(draw(100, Colours::yes), HasSubstr("\x1b[30;44mVV\x1b[0m|\x1b[30;44mVV\x1b[0m"));
}

TEST_F(Timeline, the_long_day_when_the_clocks_go_back_has_as_many_columns_as_any) {
    grid_ = SlotGrid::make("Europe/Berlin", std::chrono::minutes(120)).value();
    table_.window = {at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")};
    book("vision", {0}, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    EXPECT_EQ(line("node1/0"), "node1/0 |VVVVVVVVVVVV");
}

TEST_F(Timeline, more_teams_than_letters_are_survived) {
    for (int number = 0; number < 50; ++number) {
        book("team" + std::to_string(number), {0}, "2026-11-30T00:00:00Z", "2026-11-30T02:00:00Z");
    }
    EXPECT_THAT(draw(), HasSubstr("team49"));
}

TEST(Timetable, only_what_was_chosen_is_in_it) {
    const auto calendar = boost::json::parse(R"({
        "now": "2026-11-30T09:00:00Z", "from": "2026-11-30T00:00:00Z", "to": "2026-12-02T00:00:00Z",
        "nodes": [{"name": "a", "gpus": [{"id": "a/0", "health": "healthy"},
                                         {"id": "a/1", "health": "gone"}]},
                  {"name": "b", "gpus": [{"id": "b/0", "health": "healthy"}]}],
        "reservations": [
            {"team": "x", "gpus": [0, 2], "start": "2026-11-30T10:00:00Z", "end": "2026-11-30T12:00:00Z"},
            {"team": "y", "gpus": [0], "start": "2026-11-30T12:00:00Z", "end": "2026-11-30T14:00:00Z"}]})")
                              .as_object();
    EXPECT_EQ(timetable_of(calendar, {}).gpus.size(), 3U);
    EXPECT_FALSE(timetable_of(calendar, {}).gpus[1].healthy);
    const auto chosen = timetable_of(calendar, {.gpus = {"a/1"}, .nodes = {"b"}});
    ASSERT_EQ(chosen.gpus.size(), 2U);
    EXPECT_EQ(chosen.gpus[1].id, "b/0");
    ASSERT_EQ(chosen.bookings.size(), 1U);
    EXPECT_EQ(chosen.bookings[0].team, "x");
    EXPECT_EQ(chosen.bookings[0].gpus, std::vector<std::size_t>{1});
    EXPECT_EQ(unknown_choice(calendar, {.gpus = {"a/0", "a/7"}, .nodes = {}}), "a/7");
    EXPECT_EQ(unknown_choice(calendar, {.gpus = {}, .nodes = {"c"}}), "c");
    EXPECT_EQ(unknown_choice(calendar, {.gpus = {"a/0"}, .nodes = {"b"}}), "");
}

}  // namespace
}  // namespace berth::cli
