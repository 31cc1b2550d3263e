// Whose turn it is in the queue.
#include "policy/fair_share.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::test {
namespace {

using testing::ElementsAre;

const Instant nine = parse_rfc3339("2026-11-30T09:00:00Z").value();

ReservationId q(std::uint64_t number) {
    return {number, IdKind::queue_job};
}

// Jobs are as old as their numbers say.
WaitingJob job(std::uint64_t number, std::string team, Priority priority = Priority::P2,
               double gpu_hours = 1) {
    return {q(number), priority, std::move(team), nine + std::chrono::minutes(number), gpu_hours};
}

TEST(FairShare, a_higher_priority_goes_first_whatever_its_team_has_used) {
    EXPECT_THAT(fair_order({job(1, "nlp"), job(2, "vision", Priority::P1)}, {{"vision", 100}}),
                ElementsAre(q(2), q(1)));
}

TEST(FairShare, the_team_that_has_used_least_goes_first) {
    EXPECT_THAT(fair_order({job(1, "vision"), job(2, "nlp")}, {{"vision", 9}, {"nlp", 3}}),
                ElementsAre(q(2), q(1)));
}

TEST(FairShare, a_team_that_is_new_goes_before_those_that_have_used_anything) {
    EXPECT_THAT(fair_order({job(1, "vision"), job(2, "new")}, {{"vision", 0.1}}),
                ElementsAre(q(2), q(1)));
}

TEST(FairShare, within_a_team_the_oldest_goes_first) {
    EXPECT_THAT(fair_order({job(3, "nlp"), job(1, "nlp"), job(2, "nlp")}, {}),
                ElementsAre(q(1), q(2), q(3)));
}

TEST(FairShare, teams_take_turns_by_what_their_jobs_will_use) {
    // Two hours of nlp's are worth one job of vision's.
    EXPECT_THAT(fair_order({job(1, "nlp"), job(2, "nlp"), job(3, "nlp"),
                            job(4, "vision", Priority::P2, 2), job(5, "vision", Priority::P2, 2)},
                           {}),
                ElementsAre(q(1), q(4), q(2), q(3), q(5)));
}

TEST(FairShare, what_the_first_priority_gets_counts_for_the_next) {
    EXPECT_THAT(fair_order({job(1, "nlp", Priority::P1, 5), job(2, "nlp", Priority::P3),
                            job(3, "vision", Priority::P3)},
                           {}),
                ElementsAre(q(1), q(3), q(2)));
}

}  // namespace
}  // namespace berth::test
