#include "calendar/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ElementsAre;

// Two nodes of four GPUs and one of two, at noon UTC, in slots of two hours.
class CalendarTest : public testing::Test {
protected:
    static Calendar make() {
        std::vector<GpuSpec> gpus;
        for (const auto& [node, count] : {std::pair("a", 4), {"b", 4}, {"c", 2}}) {
            for (int device = 0; device < count; ++device) {
                gpus.push_back({node, device, "H100", 80, {{"rack", node}}, Health::healthy});
            }
        }
        auto fleet = std::make_shared<const Fleet>(*Fleet::make(std::move(gpus)));
        return Calendar(fleet, *SlotGrid::make("UTC", std::chrono::minutes(120)),
                        *parse_rfc3339("2026-11-30T12:00:00Z"), {100, 12});
    }
    [[nodiscard]] Slot slot(int ahead) const { return now_ + ahead; }
    [[nodiscard]] Span span(int first, int last) const {
        return calendar_.grid().span_of({slot(first), slot(last)});
    }
    static std::vector<GpuIndex> gpus(std::initializer_list<std::uint32_t> numbers) {
        std::vector<GpuIndex> named;
        for (const std::uint32_t number : numbers) named.push_back({number});
        return named;
    }
    static GpuWish wish(int count, Spread::Kind kind = Spread::Kind::same_node) {
        return {.count = count, .selector = {}, .spread = {kind, {}}};
    }

    Calendar calendar_ = make();
    Slot now_ = calendar_.grid().slot_at(*parse_rfc3339("2026-11-30T12:00:00Z"));
};

TEST_F(CalendarTest, windows_that_touch_do_not_clash) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0, 1}), span(0, 2)));
    EXPECT_TRUE(calendar_.claim(Holder{2}, gpus({1, 2}), span(2, 4)));
    const auto clash = calendar_.claim(Holder{3}, gpus({2, 3}), span(3, 5));
    ASSERT_FALSE(clash);
    EXPECT_EQ(clash.error(), (Holding{{2}, Holder{2}, span(2, 4)}));
    EXPECT_FALSE(calendar_.held_by(Holder{3}));
    EXPECT_FALSE(calendar_.first_clash(gpus({3}), span(0, 9)));
}

TEST_F(CalendarTest, nothing_is_placed_on_gpus_that_are_to_be_avoided) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({8, 9}), span(0, 2)));
    const auto moved = calendar_.place(wish(2), span(0, 2), Holder{1}, gpus({8}));
    EXPECT_EQ(moved->gpus, gpus({0, 1}));
    EXPECT_EQ(calendar_.place(wish(2), span(0, 2), Holder{1})->gpus, gpus({8, 9}));
}

TEST_F(CalendarTest, the_fullest_node_that_fits_comes_first) {
    EXPECT_THAT(calendar_.place(wish(2), span(0, 1))->gpus, ElementsAre(GpuIndex{8}, GpuIndex{9}));
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({4}), span(0, 1)));
    EXPECT_THAT(calendar_.place(wish(3), span(0, 1))->gpus,
                ElementsAre(GpuIndex{5}, GpuIndex{6}, GpuIndex{7}));
    EXPECT_EQ(calendar_.place(wish(4), span(0, 1))->gpus, gpus({0, 1, 2, 3}));
    EXPECT_FALSE(calendar_.place(wish(5), span(0, 1)));
    EXPECT_TRUE(calendar_.place(wish(9, Spread::Kind::any), span(0, 1)));
    EXPECT_FALSE(calendar_.place(wish(10, Spread::Kind::any), span(0, 1)));
}

TEST_F(CalendarTest, gpus_of_one_label_value_may_be_asked_for) {
    const GpuWish rack{.count = 3, .selector = {}, .spread = {Spread::Kind::same_label, "rack"}};
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0, 1}), span(0, 1)));
    EXPECT_THAT(calendar_.place(rack, span(0, 1))->gpus,
                ElementsAre(GpuIndex{4}, GpuIndex{5}, GpuIndex{6}));
    const GpuWish room{.count = 1, .selector = {}, .spread = {Spread::Kind::same_label, "room"}};
    EXPECT_FALSE(calendar_.place(room, span(0, 1)));
}

TEST_F(CalendarTest, the_earliest_and_the_latest_window_lie_around_what_is_held) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0}), span(3, 6)));
    EXPECT_TRUE(calendar_.claim(Holder{2}, gpus({7}), span(2, 5)));
    EXPECT_EQ(calendar_.earliest(wish(4), 2, slot(0), slot(20))->span, span(0, 2));
    EXPECT_EQ(calendar_.earliest(wish(4), 4, slot(0), slot(20))->span, span(5, 9));
    EXPECT_EQ(calendar_.latest(wish(4), 2, slot(0), slot(5))->span, span(5, 7));
    EXPECT_EQ(calendar_.latest(wish(4), 2, slot(0), slot(4))->span, span(1, 3));
    EXPECT_FALSE(calendar_.earliest(wish(4), 4, slot(0), slot(4)));
    EXPECT_EQ(calendar_.earliest_of(gpus({7, 0}), 3, slot(0), slot(20))->span, span(6, 9));
    EXPECT_EQ(calendar_.latest_of(gpus({7, 0}), 1, slot(0), slot(5))->span, span(1, 2));
}

TEST_F(CalendarTest, a_search_never_starts_before_now) {
    EXPECT_EQ(calendar_.earliest(wish(1), 1, slot(-9), slot(9))->span, span(0, 1));
    calendar_.advance(span(0, 1).from + Duration(1));
    EXPECT_EQ(calendar_.earliest(wish(1), 1, slot(-9), slot(9))->span, span(1, 2));
    EXPECT_FALSE(calendar_.latest(wish(1), 1, slot(-9), slot(0)));
}

TEST_F(CalendarTest, what_was_shortened_or_released_is_free_again) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0, 1, 2, 3}), span(0, 8)));
    calendar_.shorten(Holder{1}, span(0, 2).to - Duration(1));
    EXPECT_TRUE(calendar_.place(wish(4), span(2, 8)));
    EXPECT_EQ(calendar_.free_count({}, span(1, 2)), 6);
    calendar_.release(Holder{1});
    EXPECT_EQ(calendar_.free_count({}, span(0, 8)), 10);
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, a_move_may_overlap_itself_and_a_failed_one_changes_nothing) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0}), span(0, 4)));
    EXPECT_TRUE(calendar_.claim(Holder{2}, gpus({0}), span(6, 8)));
    EXPECT_TRUE(calendar_.move(Holder{1}, gpus({0, 1}), span(2, 6)));
    EXPECT_EQ(calendar_.held_by(Holder{1}), (Placement{span(2, 6), gpus({0, 1})}));
    EXPECT_FALSE(calendar_.move(Holder{1}, gpus({0}), span(5, 7)));
    EXPECT_EQ(calendar_.held_by(Holder{1}), (Placement{span(2, 6), gpus({0, 1})}));
}

TEST_F(CalendarTest, what_has_ended_is_forgotten_and_the_horizon_rolls) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0}), span(0, 2)));
    const Slot before = calendar_.horizon();
    calendar_.advance(span(0, 2).to);
    EXPECT_FALSE(calendar_.held_by(Holder{1}));
    EXPECT_TRUE(calendar_.holdings({0}, span(0, 9)).empty());
    EXPECT_EQ(calendar_.horizon() - before, 2);
}

TEST_F(CalendarTest, a_clock_that_goes_back_is_not_followed) {
    const Instant noon = span(0, 1).from;
    calendar_.advance(noon + Duration(1));
    calendar_.advance(noon - Duration(1));
    EXPECT_EQ(calendar_.earliest(wish(1), 1, slot(-9), slot(9))->span, span(1, 2));
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, a_span_without_end_is_held_beyond_the_horizon) {
    const Span from_tomorrow{span(12, 13).from, Instant::max()};
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({0, 1, 2, 3}), from_tomorrow));
    EXPECT_FALSE(calendar_.claim(Holder{2}, gpus({3}), span(5'000, 5'001)));
    EXPECT_EQ(calendar_.latest_of(gpus({3}), 2, slot(0), slot(99))->span, span(10, 12));
    calendar_.advance(span(300, 301).from);
    EXPECT_FALSE(calendar_.earliest_of(gpus({3}), 1, slot(0), slot(999)));
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, questions_that_no_fleet_can_answer_find_nothing) {
    const Slot last = slot(99);
    EXPECT_FALSE(calendar_.earliest(wish(0), 1, slot(0), last));
    EXPECT_FALSE(calendar_.earliest(wish(-1), 1, slot(0), last));
    EXPECT_FALSE(calendar_.earliest(wish(70'000, Spread::Kind::any), 1, slot(0), last));
    EXPECT_FALSE(calendar_.earliest(wish(1), 0, slot(0), last));
    EXPECT_FALSE(calendar_.earliest(wish(1), 2'000'000'000, slot(0), last));
    EXPECT_FALSE(calendar_.latest(wish(1), -1, slot(0), last));
    EXPECT_FALSE(calendar_.earliest_of({}, 1, slot(0), last));
    EXPECT_FALSE(calendar_.latest_of(gpus({0}), 101, slot(0), last));
    EXPECT_FALSE(calendar_.place(wish(1), {span(0, 1).to, span(0, 1).from}));
    Calendar empty(std::make_shared<const Fleet>(*Fleet::make({})), calendar_.grid(),
                   span(0, 1).from, {});
    EXPECT_FALSE(empty.earliest(wish(1), 1, slot(0), last));
    EXPECT_FALSE(empty.place(wish(1, Spread::Kind::any), span(0, 1)));
    EXPECT_TRUE(empty.index_equals_rebuild());
}

TEST_F(CalendarTest, the_first_of_several_holdings_in_the_way_is_named) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({5}), span(3, 4)));
    EXPECT_TRUE(calendar_.claim(Holder{2}, gpus({1}), span(2, 4)));
    EXPECT_TRUE(calendar_.claim(Holder{3}, gpus({0}), span(2, 4)));
    EXPECT_EQ(calendar_.first_clash(gpus({5, 1, 0}), span(0, 9)),
              (Holding{{0}, Holder{3}, span(2, 4)}));
    EXPECT_EQ(calendar_.first_clash(gpus({5, 0}), span(0, 9), Holder{3}),
              (Holding{{5}, Holder{1}, span(3, 4)}));
}

TEST_F(CalendarTest, a_gone_gpu_keeps_its_holdings_but_is_not_chosen) {
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({8}), span(0, 2)));
    std::vector<GpuSpec> found;
    for (const Gpu& gpu : calendar_.fleet().gpus()) {
        if (gpu.spec.node != "c") found.push_back(gpu.spec);
    }
    found.push_back({"d", 0, "H200", 141, {}, Health::healthy});
    calendar_.set_fleet(
        std::make_shared<const Fleet>(*Fleet::make(calendar_.fleet().renumbered(found))));
    EXPECT_EQ(calendar_.held_by(Holder{1})->gpus, gpus({8}));
    EXPECT_EQ(calendar_.free_count({}, span(0, 2)), 9);
    const GpuWish h200{.count = 1, .selector = {"H200", {}, {}}, .spread = {}};
    EXPECT_THAT(calendar_.earliest(h200, 1, slot(0), slot(9))->gpus, ElementsAre(GpuIndex{10}));
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, what_is_loaded_is_held_as_if_claimed) {
    const std::vector<Claim> claims{{Holder{1}, {span(0, 4), gpus({0, 1, 2, 3})}},
                                    {Holder{2}, {span(1, 90), gpus({4, 9})}}};
    EXPECT_TRUE(calendar_.load(claims));
    EXPECT_EQ(calendar_.held_by(Holder{2}), (Placement{span(1, 90), gpus({4, 9})}));
    EXPECT_EQ(calendar_.earliest(wish(4), 1, slot(1), slot(20))->span, span(4, 5));
    calendar_.release(Holder{2});
    EXPECT_EQ(calendar_.earliest(wish(4), 1, slot(1), slot(20))->span, span(1, 2));
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, a_load_with_an_overlap_names_it_and_holds_nothing) {
    const std::vector<Claim> claims{{Holder{1}, {span(0, 4), gpus({0, 1})}},
                                    {Holder{2}, {span(6, 9), gpus({1, 2})}},
                                    {Holder{3}, {span(8, 9), gpus({2})}},
                                    {Holder{4}, {span(1, 2), gpus({0})}}};
    const auto loaded = calendar_.load(claims);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error(), (Holding{{2}, Holder{2}, span(6, 9)}));
    EXPECT_FALSE(calendar_.held_by(Holder{1}));
    EXPECT_EQ(calendar_.free_count({}, span(0, 9)), 10);
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, a_node_may_have_more_gpus_than_a_byte_counts) {
    std::vector<GpuSpec> many;
    for (int device = 0; device < 300; ++device) {
        many.push_back({"big", device, "H100", 80, {}, Health::healthy});
    }
    calendar_.set_fleet(std::make_shared<const Fleet>(*Fleet::make(std::move(many))));
    EXPECT_TRUE(calendar_.claim(Holder{1}, gpus({7}), span(0, 2)));
    EXPECT_EQ(calendar_.earliest(wish(299), 3, slot(0), slot(20))->span, span(0, 3));
    EXPECT_EQ(calendar_.earliest(wish(300), 3, slot(0), slot(20))->span, span(2, 5));
    EXPECT_EQ(calendar_.earliest(wish(300, Spread::Kind::any), 3, slot(0), slot(20))->span,
              span(2, 5));
    EXPECT_FALSE(calendar_.earliest(wish(301), 3, slot(0), slot(20)));
    EXPECT_TRUE(calendar_.index_equals_rebuild());
}

TEST_F(CalendarTest, a_copy_shares_nothing_that_changes) {
    Calendar copy = calendar_;
    EXPECT_TRUE(copy.claim(Holder{1}, gpus({0}), span(0, 2)));
    EXPECT_EQ(calendar_.free_count({}, span(0, 2)), 10);
    EXPECT_EQ(copy.free_count({}, span(0, 2)), 9);
    calendar_ = copy;
    copy.release(Holder{1});
    EXPECT_EQ(calendar_.free_count({}, span(0, 2)), 9);
}

}  // namespace
}  // namespace berth
