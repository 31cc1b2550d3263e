// A thousand histories of power losses, failed writes and full disks, and deliberate faults that
// the same checks must find. To replay one: BERTH_FAULT_SEED=17 test_faults. How many:
// BERTH_FAULT_SEEDS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "faults/simulation.hpp"

namespace berth::faults {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Faults, whatever_was_answered_is_there_after_power_losses_failed_writes_and_full_disks) {
    const auto seed = number_from("BERTH_FAULT_SEED", 0);
    if (seed != 0) {
        const auto history = simulate(seed, Flaw::none, &std::cout);
        EXPECT_THAT(history.violations, testing::IsEmpty());
        return;
    }
    const auto seeds = number_from("BERTH_FAULT_SEEDS", 1000);
    const auto campaign = simulate_all(1, seeds, Flaw::none);
    std::cout << campaign.counts.text() << "\n";
    for (const auto& [failed, violation] : campaign.failures) {
        ADD_FAILURE() << "BERTH_FAULT_SEED=" << failed << ": " << violation;
    }
    if (seeds < 1000) return;
    // The histories are worth something only if all this happened in them.
    EXPECT_GT(campaign.counts.unknown_outcomes, 0);
    EXPECT_GT(campaign.counts.answered_full, 0);
    EXPECT_GT(campaign.counts.found_done, 0);
    EXPECT_GT(campaign.counts.repeated, 0);
    EXPECT_GT(campaign.counts.job_starts, 0);
    EXPECT_GT(campaign.counts.starts_from_a_snapshot, 0);
    EXPECT_GT(campaign.counts.accepted, campaign.counts.lives);
}

std::size_t failures_with(Flaw flaw) {
    return simulate_all(1, 30, flaw).failures.size();
}

TEST(Faults, a_disk_that_ignores_syncs_is_found_out) {
    EXPECT_GT(failures_with(Flaw::disk_ignores_syncs), 0);
}

TEST(Faults, a_log_that_is_not_synced_at_each_commit_is_found_out) {
    EXPECT_GT(failures_with(Flaw::disk_ignores_syncs_of_the_log), 0);
}

TEST(Faults, answers_before_the_commit_are_found_out) {
    EXPECT_GT(failures_with(Flaw::answers_before_commit), 0);
}

}  // namespace
}  // namespace berth::faults
