#include "report/advice.hpp"

#include "fixture.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class AdviceTest : public testing::Test {
protected:
    // All H100 from Monday to Friday for so many hours a day from 9.
    void book_h100(int hours) {
        for (int day = 0; day < 5; ++day) {
            const Instant nine = monday + day * 24h + 9h;
            record.add(ran(++number, {"a/0", "a/1"}, {nine, nine + hours * 1h}));
        }
    }
    void wish(int gpus, Span wanted, Duration waited) {
        auto entry = ran(++number, {}, wanted);
        entry.asked.count = gpus;
        entry.asked.model = "H100";
        record.add_wish(entry, monday);
        record.promise({number}, monday + waited, {});
    }
    Advice advice_on(const std::string& model) {
        for (Advice& one : all()) {
            if (one.model == model) return one;
        }
        throw std::runtime_error("no advice on " + model);
    }
    std::vector<Advice>& all() {
        made = make_advice(record, make_heat_map(record, HeatMapRows::model));
        return made;
    }

    Record record = small_record({monday, next_monday}, next_monday);
    std::uint64_t number = 0;
    std::vector<Advice> made;
};

TEST_F(AdviceTest, a_full_model_that_people_waited_for_is_to_be_bought) {
    book_h100(24);
    wish(4, {monday + 10h, monday + 20h}, 11h);
    wish(2, {monday + 18h, monday + 24h}, 5h);
    wish(1, {monday + 20h, monday + 22h}, 30h);
    const Advice advice = advice_on("H100");
    EXPECT_EQ(advice.kind, AdviceKind::buy);
    EXPECT_EQ(advice.gpus, 2);
    EXPECT_EQ(advice.busiest_share, 1);
    EXPECT_EQ(advice.booked_share, 0.7143);  // 120 of 168 hours
    EXPECT_EQ(advice.wishes, 3);
    EXPECT_EQ(advice.wished_gpu_hours, 54);
    EXPECT_EQ(advice.median_wait_hours, 11);
    EXPECT_EQ(advice.more_gpus, 6);  // from 18 to 20 o'clock
    EXPECT_EQ(advice.text.en,
              "H100: 100 % booked in the busiest quarter of Mon-Fri 9-21, 3 wishes waited 11 h at "
              "the median: 6 more would have cleared it.");
    EXPECT_THAT(advice.text.zh, HasSubstr("再有 6 张"));
}

TEST_F(AdviceTest, a_model_that_is_full_by_day_only_wants_its_load_spread) {
    book_h100(12);
    wish(2, {monday + 10h, monday + 20h}, 5h);
    const Advice advice = advice_on("H100");
    EXPECT_EQ(advice.kind, AdviceKind::spread);
    EXPECT_EQ(advice.busiest_share, 1);
    EXPECT_EQ(advice.more_gpus, 0);
    EXPECT_THAT(advice.text.en, HasSubstr("1 wish waited 5.0 h, though only 36 %"));
    EXPECT_THAT(advice.text.zh, HasSubstr("36%"));
}

TEST_F(AdviceTest, a_model_that_nobody_waited_for_is_enough) {
    record.add(ran(1, {"a/0"}, {monday + 10h, monday + 12h}));
    EXPECT_EQ(advice_on("H100").kind, AdviceKind::enough);
    EXPECT_EQ(advice_on("H100").text.en, "H100: never above 50 %: no more needed.");
    EXPECT_EQ(advice_on("H100").text.zh, "H100：预约率从未超过 50%，无需再购。");
    EXPECT_EQ(advice_on("A100").text.zh, "A100：这段时间没有人预约。");
}

TEST_F(AdviceTest, a_full_model_that_nobody_waited_for_is_enough_for_now) {
    book_h100(24);
    wish(1, {monday + 20h, monday + 22h}, 59min);  // not worth counting
    const Advice advice = advice_on("H100");
    EXPECT_EQ(advice.kind, AdviceKind::enough);
    EXPECT_THAT(advice.text.en, HasSubstr("yet nobody waited"));
}

TEST_F(AdviceTest, the_busiest_hours_are_a_quarter_of_the_working_hours) {
    // 15 of the 60 working hours, and nights that do not count.
    book_h100(3);
    record.add(ran(100, {"a/0", "a/1"}, {monday + 22h, monday + 31h}));
    EXPECT_EQ(advice_on("H100").busiest_share, 1);
    Record less = small_record({monday, next_monday}, next_monday);
    for (int day = 0; day < 3; ++day) {
        const Instant nine = monday + day * 24h + 9h;
        less.add(ran(static_cast<std::uint64_t>(day) + 1, {"a/0", "a/1"}, {nine, nine + 3h}));
    }
    const auto advice = make_advice(less, make_heat_map(less, HeatMapRows::model));
    EXPECT_EQ(advice[0].busiest_share, 0.6);  // 9 of 15 hours
}

TEST_F(AdviceTest, what_is_to_be_bought_comes_first) {
    book_h100(24);
    wish(2, {monday + 10h, monday + 20h}, 5h);
    record.add(ran(90, {"b/0"}, {monday, next_monday}));
    ASSERT_EQ(all().size(), 2U);
    EXPECT_EQ(made[0].model, "H100");
    EXPECT_EQ(made[1].kind, AdviceKind::enough);
}

TEST_F(AdviceTest, a_wish_for_any_gpu_counts_with_the_one_it_got_or_the_most_frequent) {
    auto entry = ran(50, {}, {monday + 10h, monday + 12h});
    entry.asked.count = 1;
    record.add_wish(entry, monday);
    record.promise({50}, monday + 2h, std::vector<std::string>{"b/1"});
    entry.id = {51};
    entry.asked.min_memory_gb = 60;
    record.add_wish(entry, monday);
    EXPECT_EQ(record.wishes()[0].model, "A100");
    EXPECT_EQ(record.wishes()[1].model, "H100");
}

}  // namespace
}  // namespace berth::test
