// The waitlist after long random histories: nobody waits for what is free, and nobody was passed
// over.
#include "engine/waitlist.hpp"

#include <gtest/gtest.h>

#include "engine/small_site.hpp"
#include "engine/wish.hpp"

namespace berth::test {
namespace {

constexpr int histories = 60;
constexpr int steps = 80;

Reserve random_wait(std::mt19937& dice, const SmallSite& site) {
    Reserve command;
    ReservationRequest& request = command.request;
    request.gpus = random_gpus(dice, *site.state().fleet);
    request.hours = 2 * between(dice, 1, 5);
    request.priority = static_cast<Priority>(between(dice, 1, 3));
    request.on_conflict = OnConflict::wait;
    request.start = StartTime{};
    const Slot start = site.first_slot() + between(dice, 0, 12);
    if (between(dice, 0, 3) != 0) request.start = StartTime{site.grid().start_of(start)};
    const int more = between(dice, 0, 10);
    if (more > 0) request.wait = {{site.grid().start_of(start + more)}, WaitMode::auto_};
    if (between(dice, 0, 3) == 0) request.wait = {{}, WaitMode::offer};
    return command;
}

// Takes the earliest window of the entry that is free, looked for slot by slot.
std::optional<Instant> could_start(const SmallSite& site, const Reservation& entry) {
    const auto gpus = choose_gpus(*site.state().fleet, entry.asked);
    if (!gpus) return std::nullopt;
    const SlotGrid& grid = site.grid();
    const Instant now = site.now();
    const std::int32_t slots = entry.wait->slots;
    const auto fits = [&](Instant from, Slot end) {
        return end <= site.state().horizon &&
               try_place(site.state().calendar, *gpus, {from, grid.start_of(end)}).has_value();
    };
    const Slot running = grid.slot_at(now);
    const int rest = grid.is_edge(now) ? 0 : 1;
    if (entry.start <= now && fits(now, running + slots + rest)) return now;
    for (Slot from = running + 1; grid.start_of(from) <= entry.wait->latest_start;
         from = from + 1) {
        if (grid.start_of(from) < entry.start) continue;
        if (fits(grid.start_of(from), from + slots)) return grid.start_of(from);
    }
    return std::nullopt;
}

void random_step(std::mt19937& dice, SmallSite& site) {
    const int what = between(dice, 0, 9);
    if (what < 5) {
        (void)site.ask("alice", random_wait(dice, site));
    } else if (what < 8) {
        const auto last = static_cast<int>(site.state().last_number);
        if (last == 0) return;
        const ReservationId id{static_cast<std::uint64_t>(between(dice, 1, last))};
        const Command command =
            between(dice, 0, 1) == 0 ? Command(Cancel{id, {}}) : Command(CheckIn{id, {}});
        (void)site.ask("alice", command);
    } else {
        site.move_to(site.now() + std::chrono::minutes(10 * between(dice, 1, 12)));
    }
}

TEST(Waitlist, nobody_waits_for_a_window_that_is_free) {
    for (unsigned seed = 0; seed < histories; ++seed) {
        std::mt19937 dice(seed);
        const auto site = SmallSite::random(dice, {});
        for (int step = 0; step < steps; ++step) {
            random_step(dice, *site);
            for (const WaitRank& rank : site->state().wait_order) {
                const Reservation& entry = *site->state().find(rank.id);
                if (entry.state != ReservationState::waitlisted) continue;
                EXPECT_FALSE(could_start(*site, entry))
                    << "seed " << seed << ", step " << step << ", " << rank.id.text();
            }
            if (testing::Test::HasFailure()) return;
        }
    }
}

// Of those served in one commit, each had the earliest window that was left to it.
TEST(Waitlist, a_freed_window_goes_by_priority_and_age) {
    const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();
    for (unsigned seed = 0; seed < histories; ++seed) {
        std::mt19937 dice(seed);
        SmallSite site({{"node1", 0, "A100", 40, {}, Health::healthy}}, {}, monday);
        Reserve all;
        all.request.gpus.count = 1;
        all.request.start = StartTime{monday + std::chrono::hours(10)};
        all.request.hours = 10;
        ASSERT_TRUE(site.ask("alice", all));
        Reserve wait = all;
        wait.request.hours = 10;
        wait.request.on_conflict = OnConflict::wait;
        for (int i = 0; i < 8; ++i) {
            wait.request.priority = static_cast<Priority>(between(dice, 1, 3));
            ASSERT_TRUE(site.ask("alice", wait));
        }
        std::vector<WaitRank> order(site.state().wait_order.begin(), site.state().wait_order.end());
        ASSERT_EQ(order.size(), 8U);
        ReservationId holder{1};
        for (const WaitRank& next : order) {
            ASSERT_TRUE(site.ask("alice", Cancel{holder, {}}));
            ASSERT_EQ(site.state().find(next.id)->state, ReservationState::confirmed);
            holder = next.id;
        }
    }
}

TEST(Waitlist, an_entry_whose_team_has_no_quota_left_is_passed_over_until_it_frees) {
    Policy policy;
    policy.teams["vision"] = {{"alice"}, {}, {.gpus_at_once = 1}};
    policy.teams["nlp"] = {{"bob"}, {}, {}};
    const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();
    std::vector<GpuSpec> gpus;
    for (int device = 0; device < 2; ++device) {
        gpus.push_back({"node1", device, "A100", 40, {}, Health::healthy});
    }
    SmallSite site(gpus, policy, monday);
    Reserve command;
    command.request.gpus.count = 1;
    command.request.start = StartTime{monday + std::chrono::hours(10)};
    command.request.hours = 4;
    ASSERT_TRUE(site.ask("bob", command));  // r-1
    ASSERT_TRUE(site.ask("bob", command));  // r-2
    command.request.on_conflict = OnConflict::wait;
    command.request.wait = {monday + std::chrono::hours(12), WaitMode::auto_};
    ASSERT_TRUE(site.ask("alice", command));  // r-3
    ASSERT_TRUE(site.ask("alice", command));  // r-4
    ASSERT_TRUE(site.ask("bob", command));    // r-5
    ASSERT_TRUE(site.ask("bob", Cancel{{1}, {}}));
    EXPECT_EQ(site.state().find({3})->state, ReservationState::confirmed);
    ASSERT_TRUE(site.ask("bob", Cancel{{2}, {}}));
    EXPECT_EQ(site.state().find({4})->state, ReservationState::waitlisted);
    EXPECT_EQ(site.state().find({5})->state, ReservationState::confirmed);
    ASSERT_TRUE(site.ask("alice", Cancel{{3}, {}}));
    EXPECT_EQ(site.state().find({4})->state, ReservationState::confirmed);
}

TEST(Waitlist, what_the_quota_allows_at_no_time_is_refused) {
    Policy policy;
    policy.teams["vision"] = {{"alice"}, {}, {.gpus_at_once = 1}};
    const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();
    std::vector<GpuSpec> gpus;
    for (int device = 0; device < 2; ++device) {
        gpus.push_back({"node1", device, "A100", 40, {}, Health::healthy});
    }
    SmallSite site(gpus, policy, monday);
    Reserve one;
    one.request.gpus.count = 1;
    one.request.start = StartTime{monday + std::chrono::hours(10)};
    one.request.hours = 4;
    ASSERT_TRUE(site.ask("alice", one));
    Reserve two = one;
    two.request.gpus.count = 2;
    two.request.on_conflict = OnConflict::wait;
    const Answer refused = site.ask("alice", two);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::quota_exceeded);
}

}  // namespace
}  // namespace berth::test
