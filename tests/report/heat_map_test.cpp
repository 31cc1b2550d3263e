#include "report/heat_map.hpp"

#include "fixture.hpp"
#include "report/hours.hpp"

namespace berth::test {
namespace {

using testing::ElementsAre;

constexpr std::size_t monday_ten = 10;
constexpr std::size_t sunday_two = 6 * 24 + 2;

std::vector<std::string> names(const HeatMap& map) {
    std::vector<std::string> found;
    for (const HeatRow& row : map.rows) found.push_back(row.name);
    return found;
}

TEST(HeatMap, an_hour_shows_the_share_of_a_nodes_gpus_that_was_booked_and_used) {
    Record record = small_record({monday, next_monday}, next_monday);
    record.add(ran(1, {"a/0"}, {monday + 10h, monday + 12h}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    ASSERT_THAT(names(map), ElementsAre("a", "b"));
    EXPECT_EQ(map.rows[0].gpus, 2);
    ASSERT_EQ(map.rows[0].booked.size(), hours_a_week);
    EXPECT_EQ(map.rows[0].booked[monday_ten - 1], 0.0);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 0.5);
    EXPECT_EQ(map.rows[0].booked[monday_ten + 1], 0.5);
    EXPECT_EQ(map.rows[0].booked[monday_ten + 2], 0.0);
    EXPECT_EQ(map.rows[0].used, map.rows[0].booked);
    EXPECT_EQ(map.rows[1].booked[monday_ten], 0.0);
    EXPECT_EQ(map.total.booked[monday_ten], 0.25);
    EXPECT_EQ(map.total.gpus, 4);
    EXPECT_EQ(map.rows[0].booked_share, 0.006);  // 2 of 336 GPU-hours
    EXPECT_EQ(map.total.used_share, 0.003);
}

TEST(HeatMap, a_part_of_an_hour_counts_as_that_part) {
    Record record = small_record({monday, next_monday}, next_monday);
    record.add(ran(1, {"a/0", "a/1"}, {monday + 10h + 15min, monday + 10h + 45min}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 0.5);
}

TEST(HeatMap, weeks_of_the_period_are_laid_over_each_other) {
    Record record = small_record({monday, next_monday + 168h}, next_monday + 168h);
    record.add(ran(1, {"a/0", "a/1"}, {monday + 10h, monday + 11h}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 0.5);
    ASSERT_EQ(map.weeks.size(), 2U);
    EXPECT_EQ(map.weeks[0].from, monday);
    EXPECT_EQ(map.weeks[0].booked_share, 0.003);  // 2 of 672
    EXPECT_EQ(map.weeks[1].booked_share, 0.0);
}

TEST(HeatMap, models_come_by_name_and_teams_have_their_share_of_the_whole_site) {
    Record record = small_record({monday, next_monday}, next_monday);
    record.add(ran(1, {"b/0", "a/0"}, {monday, next_monday}));
    const HeatMap models = make_heat_map(record, HeatMapRows::model);
    EXPECT_THAT(names(models), ElementsAre("A100", "H100"));
    EXPECT_EQ(models.rows[1].booked_share, 0.5);
    const HeatMap teams = make_heat_map(record, HeatMapRows::team);
    EXPECT_THAT(names(teams), ElementsAre("vision"));
    EXPECT_EQ(teams.rows[0].booked_share, 0.5);
    EXPECT_EQ(teams.rows[0].gpus, 4);
}

TEST(HeatMap, what_has_not_come_yet_is_booked_but_has_no_use) {
    Record record = small_record({monday, next_monday}, monday + 10h + 30min);
    auto running = ran(1, {"a/0", "a/1"}, {monday + 9h, monday + 12h});
    running.state = ReservationState::running;
    running.ended_at.reset();
    record.add(running);
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].used[monday_ten - 1], 1.0);
    EXPECT_EQ(map.rows[0].used[monday_ten], 1.0);  // of the half that has passed
    EXPECT_EQ(map.rows[0].used[monday_ten + 1], std::nullopt);
    EXPECT_EQ(map.rows[0].booked[monday_ten + 1], 1.0);
    EXPECT_EQ(map.rows[0].used_share, 0.1429);  // 3 of 21
}

TEST(HeatMap, an_overrun_counts_as_booked_and_used) {
    Record record = small_record({monday, next_monday}, next_monday);
    auto late = ran(1, {"a/0", "a/1"}, {monday + 8h, monday + 11h});
    late.booked_end = monday + 10h;
    record.add(late);
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 1.0);
    EXPECT_EQ(map.rows[0].used[monday_ten], 1.0);
}

TEST(HeatMap, somebody_who_never_came_has_booked_and_not_used) {
    Record record = small_record({monday, next_monday}, next_monday);
    auto absent = ran(1, {"a/0", "a/1"}, {monday + 10h, monday + 12h});
    absent.workload.reset();
    absent.check_in_by = monday + 10h + 30min;
    record.add(ended(absent, ReservationState::expired, monday + 10h + 30min));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 0.5);  // and then it was given back
    EXPECT_EQ(map.rows[0].used[monday_ten], 0.0);
    EXPECT_EQ(map.weeks[0].lost_gpu_hours, 4);
}

TEST(HeatMap, gpus_that_are_down_or_maintained_are_not_there_to_be_booked) {
    Record record = small_record({monday, next_monday}, next_monday);
    record.set_health(monday + 10h, std::vector<std::string>{"a/0"}, Health::down);
    record.set_health(monday + 11h, std::vector<std::string>{"a/0"}, Health::healthy);
    auto service = ran(1, {"a/0", "a/1"}, {monday + 12h, monday + 13h});
    service.kind = ReservationKind::maintenance;
    record.add(service);
    record.add(ran(2, {"a/0"}, {monday + 10h, monday + 11h}));
    record.add(ran(3, {"a/1"}, {monday + 10h, monday + 12h}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[monday_ten], 1.0);
    EXPECT_EQ(map.rows[0].booked[monday_ten + 1], 0.5);
    EXPECT_EQ(map.rows[0].booked[monday_ten + 2], std::nullopt);
    EXPECT_EQ(map.rows[0].used[monday_ten + 2], std::nullopt);
}

TEST(HeatMap, before_the_site_had_gpus_there_is_no_share) {
    Record record({monday, next_monday}, next_monday, grid_in("Asia/Shanghai"));
    record.declare(monday + 10h, small_fleet());
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.total.booked[monday_ten - 1], std::nullopt);
    EXPECT_EQ(map.total.booked[monday_ten], 0.0);
}

TEST(HeatMap, an_hour_that_the_clocks_skip_has_no_share) {
    const Instant start = utc("2026-03-22T23:00:00Z");  // Monday in Berlin
    const Span week{start, utc("2026-03-29T22:00:00Z")};
    Record record = small_record(week, week.to, "Europe/Berlin");
    // Sunday from 01:00 to 04:00 by the clock, which is two hours.
    record.add(ran(1, {"a/0", "a/1"}, {utc("2026-03-29T00:00:00Z"), utc("2026-03-29T02:00:00Z")}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[sunday_two - 1], 1.0);
    EXPECT_EQ(map.rows[0].booked[sunday_two], std::nullopt);
    EXPECT_EQ(map.rows[0].booked[sunday_two + 1], 1.0);
    EXPECT_EQ(map.rows[0].booked[sunday_two + 2], 0.0);
    EXPECT_EQ(map.weeks.size(), 1U);
    EXPECT_EQ(map.weeks[0].from, start);
    EXPECT_EQ(map.weeks[0].booked_share, 0.006);  // 4 of 4 × 167
}

TEST(HeatMap, an_hour_that_the_clocks_repeat_is_both_hours) {
    const Span week{utc("2026-10-18T22:00:00Z"), utc("2026-10-25T23:00:00Z")};
    Record record = small_record(week, week.to, "Europe/Berlin");
    // The second of the two hours from 02:00 to 03:00.
    record.add(ran(1, {"a/0", "a/1"}, {utc("2026-10-25T01:00:00Z"), utc("2026-10-25T02:00:00Z")}));
    const HeatMap map = make_heat_map(record, HeatMapRows::node);
    EXPECT_EQ(map.rows[0].booked[sunday_two - 1], 0.0);
    EXPECT_EQ(map.rows[0].booked[sunday_two], 0.5);
    EXPECT_EQ(map.rows[0].booked[sunday_two + 1], 0.0);
}

TEST(HeatMap, the_usual_period_is_whole_weeks_and_the_one_that_runs) {
    const Span period = whole_weeks_up_to(next_monday + 50h, 4, grid_in("Asia/Shanghai"));
    EXPECT_EQ(period.from, next_monday - 4 * 168h);
    EXPECT_EQ(period.to, next_monday + 50h);
}

}  // namespace
}  // namespace berth::test
