// Quotas against a model that adds up every hour of every week, and what is remembered of P0s.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/decide.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/forget.hpp"
#include "engine/permission.hpp"
#include "engine/snapshot.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

constexpr int week_hours = 7 * 24;

std::shared_ptr<const Policy> limited(Quota quota) {
    auto policy = std::make_shared<Policy>();
    policy->default_quota = quota;
    return policy;
}

State site_with(Quota quota) {
    auto fleet = std::make_shared<const Fleet>(Fleet::make(four_gpus()).value());
    return State(fleet, options().grid, monday_ten, {}, limited(quota));
}

std::expected<std::optional<ReservationId>, Refusal> carry(State& state, Instant now,
                                                           Command command) {
    const Submission submission = by("alice", std::move(command));
    Turn turn(state, submission, now);
    if (auto done = carry_out(turn); !done) return std::unexpected(done.error());
    return turn.subject();
}

Reserve first_gpus(int gpus, Instant start, int hours, Priority priority = Priority::P2) {
    std::vector<std::string> ids;
    for (int i = 0; i < gpus; ++i) ids.push_back("node1/" + std::to_string(i));
    Reserve command = two_hours_from(start, std::move(ids));
    command.request.hours = hours;
    command.request.priority = priority;
    command.request.team = "vision";
    return command;
}

// The GPUs that the team holds in the hour that begins then, by what the reservations say.
int held_at(const State& state, Instant hour) {
    int held = 0;
    for (const auto& [id, reservation] : state.reservations) {
        if (Span{reservation->start, reservation->end}.contains(hour)) {
            held += static_cast<int>(reservation->gpus.size());
        }
    }
    return held;
}

// Whether some week that touches the span would hold more than the limit.
bool breaks_a_week(const State& state, int gpus, Span span, double limit) {
    for (Instant from = span.from - std::chrono::days(7); from <= span.to; from += 1h) {
        double total = 0;
        for (int hour = 0; hour < week_hours; ++hour) {
            const Instant at = from + std::chrono::hours(hour);
            total += held_at(state, at) + (span.contains(at) ? gpus : 0);
        }
        if (total > limit) return true;
    }
    return false;
}

bool breaks_a_moment(const State& state, int gpus, Span span, int limit) {
    for (Instant at = span.from; at < span.to; at += 1h) {
        if (held_at(state, at) + gpus > limit) return true;
    }
    return false;
}

RC_GTEST_PROP(Quota, is_refused_exactly_when_a_week_or_a_moment_would_hold_too_much, ()) {
    const Quota quota{.gpu_hours_per_week = *rc::gen::inRange(20, 160),
                      .gpus_at_once = *rc::gen::inRange(1, 5)};
    State state = site_with(quota);
    Instant now = monday_ten;
    for (int step = 0; step < 12; ++step) {
        now += std::chrono::hours(*rc::gen::inRange(0, 30));
        pass_time(state, now);
        (void)carry(state, now, Tick{});
        if (*rc::gen::inRange(0, 4) == 0 && state.last_number > 0) {
            (void)carry(state, now,
                        Cancel{{static_cast<std::uint64_t>(
                                   *rc::gen::inRange(std::uint64_t{1}, state.last_number + 1))},
                               {}});
            continue;
        }
        const Instant start =
            state.grid.edge_at_or_after(now) + std::chrono::hours(2 * *rc::gen::inRange(0, 100));
        const int gpus = *rc::gen::inRange(1, 5);
        const Span span{start, start + std::chrono::hours(2 * *rc::gen::inRange(1, 20))};
        const bool breaks = breaks_a_moment(state, gpus, span, *quota.gpus_at_once) ||
                            breaks_a_week(state, gpus, span, *quota.gpu_hours_per_week);
        RC_ASSERT(
            check_quota(state, "vision", static_cast<std::size_t>(gpus), span, now).has_value() ==
            !breaks);
        const auto hours = static_cast<int>(span.length() / std::chrono::hours(1));
        (void)carry(state, now, first_gpus(gpus, start, hours));
    }
}

TEST(Quota, what_ended_early_counts_for_what_it_used) {
    State state = site_with({.gpu_hours_per_week = 40});
    ASSERT_TRUE(carry(state, monday_ten, first_gpus(4, monday_ten, 10)));
    pass_time(state, monday_ten + 1h);
    (void)carry(state, monday_ten, Tick{});
    const auto full = carry(state, monday_ten + 2h, first_gpus(1, monday_ten + 24h, 2));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, RefusalCode::quota_exceeded);
    EXPECT_THAT(full.error().message, HasSubstr("vision has 0 of 40 GPU-hours left"));
    ASSERT_TRUE(carry(state, monday_ten + 2h, Cancel{{1}, {}}));
    EXPECT_TRUE(carry(state, monday_ten + 2h, first_gpus(4, monday_ten + 24h, 8)));
    EXPECT_FALSE(carry(state, monday_ten + 2h, first_gpus(1, monday_ten + 48h, 2)));
}

TEST(Quota, p0s_count_when_they_are_made_for_thirty_days_even_when_cancelled) {
    State state = site_with({.p0_per_month = 2});
    const auto make = [&](Instant now) {
        pass_time(state, now);
        forget_old(state, now);
        return carry(state, now,
                     first_gpus(1, state.grid.edge_at_or_after(now + 2h), 2, Priority::P0));
    };
    ASSERT_TRUE(make(monday_ten));
    ASSERT_TRUE(carry(state, monday_ten, Cancel{{1}, {}}));
    ASSERT_TRUE(make(monday_ten + std::chrono::days(10)));
    const auto third = make(monday_ten + std::chrono::days(20));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, RefusalCode::quota_exceeded);
    EXPECT_EQ(third.error().field, "priority");
    EXPECT_THAT(third.error().message, HasSubstr("the next may be made from 2026-12-30 10:00:00"));
    EXPECT_TRUE(make(monday_ten + std::chrono::days(30)));
    EXPECT_FALSE(make(monday_ten + std::chrono::days(31)));
    EXPECT_TRUE(make(monday_ten + std::chrono::days(40)));
}

TEST(Quota, p0s_that_were_made_are_in_the_snapshot) {
    State state = site_with({.p0_per_month = 1});
    ASSERT_TRUE(carry(state, monday_ten, first_gpus(1, monday_ten, 2, Priority::P0)));
    const auto again =
        decode_snapshot(encode_snapshot(SnapshotContents(state)), state.grid, {}, state.policy);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->p0_made, state.p0_made);
    EXPECT_FALSE(check_p0_quota(*again, "vision", monday_ten + std::chrono::days(29)));
}

TEST(Quota, what_was_only_rehearsed_is_not_counted) {
    MemoryJournal journal;
    Writer writer(journal, site_with({.gpu_hours_per_week = 8, .p0_per_month = 1}), {});
    const auto wish = by("alice", first_gpus(4, monday_ten, 2, Priority::P0));
    ASSERT_TRUE(writer.rehearse(wish, monday_ten));
    ASSERT_TRUE(writer.rehearse(wish, monday_ten));
    EXPECT_TRUE(writer.state().p0_made.empty());
    EXPECT_TRUE(
        check_quota(writer.state(), "vision", 4, {monday_ten, monday_ten + 2h}, monday_ten));
}

}  // namespace
}  // namespace berth::test
