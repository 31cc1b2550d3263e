#include "report/summary.hpp"

#include "fixture.hpp"
#include "report/lost.hpp"

namespace berth::test {
namespace {

Record one_week() {
    return small_record({monday, next_monday}, next_monday);
}

Figures total_of(const Record& record) {
    return make_summary(record).total;
}

TEST(Summary, an_early_end_has_booked_all_and_used_a_part) {
    Record record = one_week();
    record.add(ended(ran(1, {"a/0", "a/1"}, {monday, monday + 10h}), ReservationState::completed,
                     monday + 4h));
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.reservations, 1);
    EXPECT_EQ(figures.completed, 1);
    EXPECT_EQ(figures.booked_gpu_hours, 20);
    EXPECT_EQ(figures.used_gpu_hours, 8);
    EXPECT_EQ(figures.utilisation, 0.4);
    EXPECT_EQ(figures.lost_gpu_hours, 0);
}

TEST(Summary, a_no_show_loses_what_nobody_else_took) {
    Record record = one_week();
    auto absent = ran(1, {"a/0", "a/1"}, {monday, monday + 10h});
    absent.workload.reset();
    absent.check_in_by = monday + 30min;
    record.add(ended(absent, ReservationState::expired, monday + 30min));
    record.add(ran(2, {"a/1"}, {monday + 2h, monday + 6h}));
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.no_shows, 1);
    EXPECT_EQ(figures.lost_gpu_hours, 16);
    EXPECT_EQ(figures.used_gpu_hours, 4);
}

TEST(Summary, what_came_to_nothing_has_lost_only_what_it_did_not_use) {
    Record record = one_week();
    record.add(
        ended(ran(1, {"a/0"}, {monday, monday + 10h}), ReservationState::failed, monday + 4h));
    record.add(
        ended(ran(2, {"a/1"}, {monday, monday + 10h}), ReservationState::cancelled, monday + 7h));
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.failed, 1);
    EXPECT_EQ(figures.lost_gpu_hours, 9);
    EXPECT_EQ(figures.used_gpu_hours, 11);
}

TEST(Summary, nothing_is_lost_before_its_time) {
    Record record = small_record({monday, next_monday}, monday + 6h);
    record.add(
        ended(ran(1, {"a/0"}, {monday, monday + 10h}), ReservationState::failed, monday + 4h));
    EXPECT_EQ(total_of(record).lost_gpu_hours, 2);
}

TEST(Summary, a_cancellation_is_late_from_two_hours_before_the_start) {
    Record record = one_week();
    const auto cancelled = [&](std::uint64_t number, Instant at) {
        record.add(ended(ran(number, {"a/0"}, {monday + 20h, monday + 22h}),
                         ReservationState::cancelled, at));
    };
    cancelled(1, monday + 18h);
    cancelled(2, monday + 18h + 1min);
    cancelled(3, monday + 21h);
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.cancelled, 3);
    EXPECT_EQ(figures.cancelled_late, 2);
    EXPECT_EQ(figures.booked_gpu_hours, 2);  // of the third
    EXPECT_EQ(figures.lost_gpu_hours, 1);
}

TEST(Summary, an_offer_that_lapsed_is_no_no_show) {
    Record record = one_week();
    record.add(ended(ran(1, {"a/0"}, {monday + 20h, monday + 22h}), ReservationState::expired,
                     monday + 10h));
    EXPECT_EQ(total_of(record).no_shows, 0);
}

TEST(Summary, an_evicted_one_had_booked_until_it_was_evicted) {
    Record record = one_week();
    record.add(
        ended(ran(1, {"a/0"}, {monday, monday + 10h}), ReservationState::evicted, monday + 4h));
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.evicted, 1);
    EXPECT_EQ(figures.booked_gpu_hours, 4);
    EXPECT_EQ(figures.utilisation, 1.0);
}

TEST(Summary, hours_count_where_they_lie_and_bookings_where_they_start) {
    Record record = one_week();
    record.add(ran(1, {"a/0"}, {monday - 4h, monday + 3h}));
    record.add(ran(2, {"a/0"}, {next_monday - 2h, next_monday + 8h}));
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.reservations, 1);
    EXPECT_EQ(figures.booked_gpu_hours, 5);
    EXPECT_EQ(figures.used_gpu_hours, 5);
}

TEST(Summary, teams_people_and_weeks_each_have_their_own) {
    Record record = small_record({monday, next_monday + 168h}, next_monday + 168h);
    record.add(ran(1, {"a/0"}, {monday, monday + 2h}));
    auto other = ran(2, {"a/1"}, {next_monday - 1h, next_monday + 2h});
    other.owner = "bob";
    other.team = "speech";
    record.add(other);
    const Summary summary = make_summary(record);
    ASSERT_EQ(summary.teams.size(), 2U);
    EXPECT_EQ(summary.teams[0].name, "speech");
    EXPECT_EQ(summary.teams[0].figures.booked_gpu_hours, 3);
    ASSERT_EQ(summary.people.size(), 2U);
    EXPECT_EQ(summary.people[0].name, "alice");
    EXPECT_EQ(summary.people[0].team, "vision");
    EXPECT_EQ(summary.people[0].figures.booked_gpu_hours, 2);
    ASSERT_EQ(summary.weeks.size(), 2U);
    EXPECT_EQ(summary.weeks[0].figures.booked_gpu_hours, 3);
    EXPECT_EQ(summary.weeks[0].figures.reservations, 2);
    EXPECT_EQ(summary.weeks[1].from, next_monday);
    EXPECT_EQ(summary.weeks[1].figures.booked_gpu_hours, 2);
    EXPECT_EQ(summary.weeks[1].figures.reservations, 0);
}

TEST(Summary, waits_last_until_a_window_was_promised_given_up_or_until_now) {
    Record record = one_week();
    for (std::uint64_t number = 1; number <= 10; ++number) {
        auto entry = ran(number, {}, {monday + 50h, monday + 54h});
        entry.state = ReservationState::waitlisted;
        entry.asked.count = 2;
        record.add_wish(entry, monday);
        record.promise({number}, monday + number * 1h, std::vector<std::string>{"a/0"});
    }
    auto entry = ran(11, {}, {monday + 50h, monday + 54h});
    record.add_wish(entry, next_monday - 20h);
    record.give_up({11}, next_monday - 8h);
    record.add_wish(ran(12, {}, {monday + 50h, monday + 54h}), next_monday - 30h);
    EXPECT_EQ(record.unanswered(), std::vector{ReservationId{12}});
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.wishes, 12);
    EXPECT_EQ(figures.wishes_given_up, 1);
    EXPECT_EQ(figures.median_wait_hours, 6.5);  // 1, 2, … 10, 12, 30
    EXPECT_EQ(figures.ninetieth_wait_hours, 12);
}

TEST(Summary, queue_jobs_wait_from_the_ask_to_their_start) {
    Record record = one_week();
    auto job = ran(1, {"a/0"}, {monday + 3h, monday + 4h});
    job.id = {1, IdKind::queue_job};
    job.created_at = monday + 1h;
    record.add(job);
    auto waiting = ran(2, {}, {next_monday - 6h, next_monday - 6h});
    waiting.id = {2, IdKind::queue_job};
    waiting.state = ReservationState::queued;
    waiting.created_at = next_monday - 6h;
    waiting.started_at.reset();
    waiting.ended_at.reset();
    record.add(waiting);
    const Figures figures = total_of(record);
    EXPECT_EQ(figures.queue_jobs, 2);
    EXPECT_EQ(figures.reservations, 0);
    EXPECT_EQ(figures.median_queue_hours, 4);
    EXPECT_EQ(figures.ninetieth_queue_hours, 6);
}

TEST(Summary, what_nobody_waited_for_has_no_wait) {
    const Figures figures = total_of(one_week());
    EXPECT_EQ(figures.median_wait_hours, std::nullopt);
    EXPECT_EQ(figures.utilisation, std::nullopt);
}

}  // namespace
}  // namespace berth::test
