// Which forecasts of a job's end reach the engine.
#include "api/expected_ends.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace berth {
namespace {

using namespace std::chrono_literals;

class expected_ends : public testing::Test {
protected:
    expected_ends() {
        job.id = {17};
        job.state = ReservationState::running;
        job.end = job.booked_end = noon + 4h;
    }

    const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();
    Reservation job;
    ExpectedEnds ends;
};

TEST_F(expected_ends, the_first_forecast_is_told_and_the_same_again_is_not) {
    EXPECT_TRUE(ends.take(job, noon + 3h, noon));
    EXPECT_FALSE(ends.take(job, noon + 3h, noon + 5min));
    EXPECT_FALSE(ends.take(job, noon + 3h + 9min, noon + 6min));
}

TEST_F(expected_ends, one_that_becomes_late_is_told_however_small_the_change) {
    EXPECT_TRUE(ends.take(job, noon + 4h - 1min, noon));
    EXPECT_TRUE(ends.take(job, noon + 4h + 1min, noon + 2min));
    EXPECT_TRUE(ends.take(job, noon + 4h - 1min, noon + 4min));
}

TEST_F(expected_ends, a_noticeable_change_is_told) {
    EXPECT_TRUE(ends.take(job, noon + 2h, noon));
    EXPECT_TRUE(ends.take(job, noon + 2h + 11min, noon + 2min));
}

TEST_F(expected_ends, a_forecast_that_jumps_is_told_once_a_minute) {
    EXPECT_TRUE(ends.take(job, noon + 2h, noon));
    EXPECT_FALSE(ends.take(job, noon + 6h, noon + 59s));
    EXPECT_TRUE(ends.take(job, noon + 6h, noon + 60s));
}

TEST_F(expected_ends, jobs_do_not_silence_each_other) {
    EXPECT_TRUE(ends.take(job, noon + 2h, noon));
    job.id = {18};
    EXPECT_TRUE(ends.take(job, noon + 2h, noon));
}

TEST_F(expected_ends, after_a_restart_it_compares_with_what_is_on_record) {
    job.expected_end = noon + 2h;
    EXPECT_FALSE(ends.take(job, noon + 2h + 5min, noon));
    EXPECT_TRUE(ends.take(job, noon + 5h, noon));
}

TEST_F(expected_ends, one_that_is_to_leave_foretells_nothing) {
    job.state = ReservationState::releasing;
    EXPECT_FALSE(ends.take(job, noon + 9h, noon));
}

}  // namespace
}  // namespace berth
