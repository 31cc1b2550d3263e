// Evictions on random small sites: a plan is found exactly when there is one, it is carried out as
// it was shown, and nobody loses more than the rules allow.
#include "engine/eviction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "engine/writer.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();
constexpr int nodes = 3;
constexpr int gpus_per_node = 4;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : bits_(seed) {}
    int between(int least, int most) {
        return least + static_cast<int>(bits_() % static_cast<std::uint64_t>(most - least + 1));
    }
    bool one_in(int times) { return between(1, times) == 1; }

private:
    std::mt19937_64 bits_;
};

// A writer on a journal in memory, some work that runs and some that is booked.
class RandomSite {
public:
    explicit RandomSite(std::uint64_t seed) : dice_(seed) {
        DeclareFleet fleet;
        for (int i = 0; i < nodes * gpus_per_node; ++i) {
            fleet.gpus.push_back({"node" + std::to_string(i / gpus_per_node),
                                  i % gpus_per_node,
                                  "A100",
                                  40,
                                  {},
                                  Health::healthy});
        }
        ask("berth", fleet);
        const int bookings = dice_.between(4, 30);
        for (int i = 0; i < bookings; ++i) book();
        move_to(monday + 2h);
        start_jobs();
        move_to(monday + 2h + std::chrono::minutes(dice_.between(1, 200)));
        start_jobs();
    }

    [[nodiscard]] const State& state() const { return writer_.state(); }
    [[nodiscard]] Instant now() const { return now_; }
    Dice& dice() { return dice_; }

    Answer ask(const std::string& actor, const Command& command) {
        std::vector<Order> orders(1);
        Answer answer;
        orders.front().submission = {.actor = actor,
                                     .reason = {},
                                     .idempotency_key = {},
                                     .body_hash = {},
                                     .command = command};
        orders.front().answer = [&](Answer given) { answer = std::move(given); };
        writer_.commit(orders, now_);
        return answer;
    }

    void move_to(Instant to) {
        for (auto due = writer_.due(); due && *due <= to; due = writer_.due()) {
            now_ = std::max(now_, *due);
            writer_.commit({}, now_);
        }
        now_ = to;
        writer_.pass(now_);
    }

    ReservationRequest random_p0() {
        ReservationRequest request;
        request.priority = Priority::P0;
        request.gpus.count = dice_.between(1, gpus_per_node);
        if (dice_.one_in(3)) request.gpus.spread = "any";
        request.start = StartTime{};
        const Instant slot = monday + 2h * dice_.between(3, 8);
        if (dice_.one_in(2) && slot > now_) request.start->at = slot;
        request.hours = 2 * dice_.between(1, 5);
        request.on_conflict = OnConflict::evict;
        return request;
    }

    // What runs at the deadline is killed, as the launcher would do.
    void end_jobs_that_were_told() {
        const auto begun = state().begun;
        for (const ReservationId id : begun) {
            const Reservation told = *state().find(id);
            if (told.state != ReservationState::releasing || !told.workload) continue;
            if (told.end > now_) continue;
            ASSERT_TRUE(ask("berth", AttemptEnded{id, told.attempt, 75, now_, ""}));
        }
    }

private:
    void book() {
        ReservationRequest request;
        request.gpus.count = dice_.between(1, 3);
        if (dice_.one_in(4)) request.gpus.spread = "any";
        request.priority = std::array{Priority::P1, Priority::P2,
                                      Priority::P3}[static_cast<std::size_t>(dice_.between(0, 2))];
        if (dice_.one_in(6)) request.priority = Priority::P0;
        request.start = StartTime{monday + 2h * dice_.between(1, 8)};
        request.hours = 2 * dice_.between(1, 8);
        if (!dice_.one_in(3)) request.workload.emplace().argv = {"train"};
        (void)ask("person" + std::to_string(dice_.between(1, 4)), Reserve{request});
    }

    void start_jobs() {
        const auto begun = state().begun;
        for (const ReservationId id : begun) {
            const Reservation job = *state().find(id);
            if (job.state != ReservationState::starting) continue;
            (void)ask("berth", AttemptStarted{id, job.attempt});
            if (dice_.one_in(2)) {
                (void)ask("berth", SaveCheckpoint{id, job.attempt, "resume.pt", 3, 0});
            }
        }
    }

    Dice dice_;
    MemoryJournal journal_;
    Instant now_ = monday;
    Writer writer_{journal_,
                   State(std::make_shared<const Fleet>(), SlotGrid::make("UTC", 120min).value(),
                         monday, CalendarLimits{}),
                   {}};
};

bool may_go(const Reservation& holder, bool also_running) {
    return holder.preemptible && holder.priority != Priority::P0 &&
           holder.kind == ReservationKind::work &&
           (holder.state == ReservationState::confirmed ||
            (also_running && has_begun(holder.state) &&
             holder.state != ReservationState::releasing));
}

// The most GPUs that could be had together, whoever is disturbed.
int most_possible(const State& state, const Span& span, bool also_running, bool anywhere) {
    std::map<std::string, int> free;
    for (const Gpu& gpu : state.fleet->gpus()) {
        const auto holdings = state.calendar.holdings(gpu.index, span);
        const bool possible = std::ranges::all_of(holdings, [&](const Holding& held) {
            return may_go(*state.find(id_of(held.holder)), also_running);
        });
        if (possible) ++free[anywhere ? "" : gpu.spec.node];
    }
    int most = 0;
    for (const auto& [place, count] : free) most = std::max(most, count);
    return most;
}

bool is_possible(const State& state, const ReservationRequest& request, const Span& wish,
                 Instant now) {
    const bool anywhere = request.gpus.spread == "any";
    const Instant told = now + 30min;
    if (wish.from >= told) return most_possible(state, wish, true, anywhere) >= *request.gpus.count;
    if (most_possible(state, wish, false, anywhere) >= *request.gpus.count) return true;
    const Duration length = request.start->at
                                ? wish.length()
                                : std::chrono::duration_cast<Duration>(
                                      std::chrono::hours(static_cast<int>(*request.hours)));
    const Span later{told, state.grid.edge_at_or_after(told + length)};
    return most_possible(state, later, true, anywhere) >= *request.gpus.count;
}

void expect_booked_again(const State& state, const Victim& victim, const Reservation& p0) {
    const Reservation& now = *state.find(victim.id);
    EXPECT_FALSE(is_ended(now.state));
    if (!victim.running) {
        EXPECT_TRUE(now.state == ReservationState::confirmed ||
                    now.state == ReservationState::displaced);
        if (now.state == ReservationState::confirmed) {
            EXPECT_GE(now.start, victim.start);
        }
        return;
    }
    if (now.state != ReservationState::releasing) {
        ASSERT_TRUE(now.eviction);
        EXPECT_EQ(now.eviction->by, p0.id);
        EXPECT_EQ(now.end, p0.start);
        return;
    }
    ASSERT_TRUE(now.notice);
    EXPECT_GE(now.notice->deadline - now.notice->given_at, 30min);
    ASSERT_TRUE(now.continued_by);
    const Reservation& next = *state.find(*now.continued_by);
    EXPECT_EQ(next.continues, victim.id);
    EXPECT_EQ(next.owner, victim.owner);
    EXPECT_EQ(next.priority, victim.priority);
    EXPECT_GE(next.start, now.notice->deadline);
}

TEST(eviction, on_random_sites_a_plan_is_found_exactly_when_there_is_one) {
    int found = 0;
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomSite site(seed);
        const ReservationRequest request = site.random_p0();
        const State& state = site.state();
        const auto wish = make_exact(state, request, site.now());
        if (!wish || try_place(state.calendar, wish->gpus, wish->span)) continue;
        const auto plan = plan_eviction(state, request, *wish, site.now());
        EXPECT_EQ(plan.has_value(), is_possible(state, request, wish->span, site.now()))
            << "seed " << seed;
        ++(plan ? found : refused);
        if (!plan) {
            EXPECT_EQ(plan.error().code, RefusalCode::nothing_to_evict);
        }
    }
    EXPECT_GT(found, 40);
    EXPECT_GT(refused, 10);
}

TEST(eviction, on_random_sites_the_plan_is_carried_out_as_it_was_shown) {
    int carried_out = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomSite site(seed);
        const ReservationRequest request = site.random_p0();
        const State& state = site.state();
        const auto wish = make_exact(state, request, site.now());
        if (!wish || try_place(state.calendar, wish->gpus, wish->span)) continue;
        const auto plan = plan_eviction(state, request, *wish, site.now());
        if (!plan) continue;
        std::set<ReservationId> disturbed;
        for (const Victim& victim : plan->victims) {
            disturbed.insert(victim.id);
            EXPECT_TRUE(may_go(*state.find(victim.id), true));
        }
        const ReservationBook before = state.reservations;
        const Answer booked = site.ask("carol", Reserve{request, *plan});
        ASSERT_TRUE(booked) << booked.error().message;
        const Reservation p0 = *booked->reservation;
        EXPECT_EQ(p0.gpus, plan->gpus);
        EXPECT_EQ(p0.start, plan->start);
        EXPECT_EQ(p0.end, plan->end);
        for (const Victim& victim : plan->victims) expect_booked_again(state, victim, p0);
        for (const auto& [id, reservation] : before) {
            if (!disturbed.contains(id)) {
                EXPECT_EQ(*state.find(id), *reservation);
            }
        }
        // It starts on time, whatever its victims do.
        for (Instant next = site.now(); next < p0.start; next += 5min) {
            site.move_to(std::min(next + 5min, p0.start));
            site.end_jobs_that_were_told();
            if (has_begun(state.find(p0.id)->state)) break;
        }
        site.move_to(site.now());
        EXPECT_TRUE(has_begun(state.find(p0.id)->state));
        EXPECT_LE(state.find(p0.id)->start, p0.start);
        ++carried_out;
    }
    EXPECT_GT(carried_out, 40);
}

}  // namespace
}  // namespace berth::test
