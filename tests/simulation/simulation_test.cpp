// Two thousand simulated months, each from its seed, with the invariants checked after every event;
// and ten deliberate breaks, each of which the same checks must notice. To replay one seed:
// berth-sim --seed 17 --verbose. How many: BERTH_SIMULATION_SEEDS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "simulation/campaign.hpp"
#include "simulation/floors.hpp"

namespace berth::simulation {
namespace {

constexpr std::uint64_t all_seeds = 2000;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, no_invariant_is_broken_in_two_thousand_simulated_months) {
    const auto seeds = number_from("BERTH_SIMULATION_SEEDS", all_seeds);
    const auto campaign = simulate_all({}, 1, seeds);
    std::cout << campaign.counts.table() << campaign.seeds << " simulated months, "
              << campaign.counts.commands << " commands, " << campaign.counts.events
              << " events in " << campaign.seconds << " s\n";
    for (const auto& [seed, violations] : campaign.failures) {
        ADD_FAILURE() << "berth-sim --seed " << seed << ": invariant "
                      << violations.front().invariant << ": " << violations.front().text;
    }
    if (seeds < all_seeds) return;
    EXPECT_GE(campaign.counts.commands, seeds * 5000);
    // The months prove something of a rule only if they came to it.
    for (const auto& [what, least] : floors()) {
        const auto found = campaign.counts.reached.find(what);
        const auto times = found == campaign.counts.reached.end() ? 0 : found->second;
        EXPECT_GE(times, least) << what;
    }
}

TEST(Simulation, a_seed_tells_the_same_story_each_time) {
    const Plan plan{.seed = 7, .commands = 2000};
    const auto once = simulate(plan);
    const auto again = simulate(plan);
    EXPECT_EQ(once.counts.events, again.counts.events);
    EXPECT_EQ(once.counts.reached, again.counts.reached);
}

// Whether one of the first seeds notices that this invariant is broken.
void expect_noticed(Flaw flaw, int invariant) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto outcome = simulate({.seed = seed, .flaw = flaw});
        for (const Violation& violation : outcome.violations) {
            if (violation.invariant == invariant) return;
        }
    }
    ADD_FAILURE() << "nobody noticed " << flaw_names.at(static_cast<std::size_t>(flaw));
}

TEST(Mutations, a_recovery_that_forgets_a_holding_is_noticed) {
    expect_noticed(Flaw::forgets_a_holding, 1);
}

TEST(Mutations, a_recovery_that_forgets_a_start_is_noticed) {
    expect_noticed(Flaw::forgets_a_start, 2);
}

TEST(Mutations, a_launcher_that_keeps_a_jobs_end_to_itself_is_noticed) {
    expect_noticed(Flaw::keeps_a_jobs_end_to_itself, 3);
}

TEST(Mutations, answers_before_the_commit_are_noticed) {
    expect_noticed(Flaw::answers_before_commit, 4);
}

TEST(Mutations, a_launcher_that_starts_a_job_again_is_noticed) {
    expect_noticed(Flaw::starts_a_job_again, 5);
}

TEST(Mutations, a_notice_that_comes_too_late_is_noticed) {
    expect_noticed(Flaw::warns_too_late, 6);
}

TEST(Mutations, a_journal_that_stores_something_else_is_noticed) {
    expect_noticed(Flaw::stores_something_else, 7);
}

TEST(Mutations, a_command_that_loses_its_actor_or_reason_is_noticed) {
    expect_noticed(Flaw::forgets_who_asked, 8);
}

TEST(Mutations, a_recovery_that_passes_over_who_waits_is_noticed) {
    expect_noticed(Flaw::passes_over_who_waits, 9);
}

TEST(Mutations, a_recovery_that_mistakes_who_is_safe_from_eviction_is_noticed) {
    expect_noticed(Flaw::mistakes_who_is_safe, 10);
}

}  // namespace
}  // namespace berth::simulation
