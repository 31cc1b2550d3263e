#include "policy/odds.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace berth::test {
namespace {

using std::chrono::hours;

TEST(Odds, one_eviction_in_a_hundred_hours_spares_four_of_five_runs_of_twenty_hours) {
    const EvictionRecord record{.reservations = 5, .evicted = 1, .held = hours(100)};
    const Odds odds = odds_of_preemptible(record, hours(20));
    EXPECT_NEAR(*odds.kept, std::exp(-0.2), 1e-9);
    EXPECT_NE(odds.why.find("of the 5 preemptible reservations"), std::string::npos);
}

TEST(Odds, a_longer_run_is_likelier_to_be_evicted) {
    const EvictionRecord record{.reservations = 5, .evicted = 2, .held = hours(100)};
    EXPECT_LT(*odds_of_preemptible(record, hours(40)).kept,
              *odds_of_preemptible(record, hours(20)).kept);
}

TEST(Odds, without_a_past_nothing_is_claimed) {
    EXPECT_FALSE(odds_of_preemptible({}, hours(20)).kept.has_value());
}

TEST(Odds, what_is_not_preemptible_is_certain) {
    EXPECT_EQ(odds_of_firm().kept, 1.0);
}

}  // namespace
}  // namespace berth::test
