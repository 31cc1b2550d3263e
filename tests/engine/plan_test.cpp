#include "engine/plan.hpp"

#include <gtest/gtest.h>

#include "engine/recent_evictions.hpp"
#include "engine/small_site.hpp"

namespace berth::test {
namespace {

// The deadline question by trying every window.
class BruteForce {
public:
    BruteForce(SmallSite& site, const ReservationRequest& request, std::int32_t slots)
        : site_(site), request_(request), slots_(slots) {}

    // The earliest end of a window that would be booked.
    std::optional<Instant> earliest_finish() {
        const SlotGrid& grid = site_.grid();
        const Slot current = grid.slot_at(site_.now());
        std::optional<Instant> finish = first_finish(request_.gpus, slots_);
        if (grid.start_of(current) == site_.now()) return finish;
        const Instant end = grid.start_of(current + slots_ + 1);
        if ((!finish || end <= *finish) && books(request_.gpus, site_.now(), end)) finish = end;
        return finish;
    }

    int most_gpus_in_time() {
        GpuRequest fewer = request_.gpus;
        for (fewer.count = *fewer.count - 1; *fewer.count > 0; --*fewer.count) {
            if (in_time(first_finish(fewer, slots_))) return *fewer.count;
        }
        return 0;
    }

    std::int32_t most_slots_in_time() {
        for (std::int32_t slots = slots_ - 1; slots > 0; --slots) {
            if (in_time(first_finish(request_.gpus, slots))) return slots;
        }
        return 0;
    }

private:
    [[nodiscard]] bool in_time(std::optional<Instant> finish) const {
        return finish && *finish <= *request_.finish_before;
    }

    bool books(const GpuRequest& gpus, Instant start, Instant end) {
        ReservationRequest request;
        request.gpus = gpus;
        request.start = StartTime{start};
        request.end = end;
        return site_.would_book("alice", request);
    }

    std::optional<Instant> first_finish(const GpuRequest& gpus, std::int32_t slots) {
        const SlotGrid& grid = site_.grid();
        for (Slot slot = site_.first_slot(); slot < site_.last_slot(); slot = slot + 1) {
            const Instant end = grid.start_of(slot + slots);
            if (books(gpus, grid.start_of(slot), end)) return end;
        }
        return std::nullopt;
    }

    SmallSite& site_;
    const ReservationRequest& request_;
    std::int32_t slots_;
};

std::optional<Suggestion> window_of(const PlanAnswer& answer, SuggestionKind kind) {
    for (const Suggestion& window : answer.windows) {
        if (window.kind == kind) return window;
    }
    return std::nullopt;
}

struct Seen {
    int yes = 0;
    int no = 0;
};

void check_windows(SmallSite& site, const ReservationRequest& request, const PlanAnswer& answer) {
    for (const Suggestion& window : answer.windows) {
        EXPECT_TRUE(site.would_book("alice", SmallSite::resubmitted(request, window)))
            << window.why;
        const bool is_late = !answer.feasible && window.kind == SuggestionKind::later;
        EXPECT_EQ(window.end > *request.finish_before, is_late) << window.why;
    }
}

void check_no(SmallSite& site, const ReservationRequest& request, std::int32_t slots,
              const PlanAnswer& answer) {
    BruteForce brute(site, request, slots);
    if (request.gpus.ids.empty()) {
        const auto fewer = window_of(answer, SuggestionKind::fewer_gpus);
        EXPECT_EQ(fewer ? fewer->gpus.size() : 0,
                  static_cast<std::size_t>(brute.most_gpus_in_time()));
    }
    const auto shorter = window_of(answer, SuggestionKind::shorter);
    const Duration length = shorter ? shorter->end - shorter->start : Duration::zero();
    EXPECT_EQ(length, std::chrono::hours(2) * brute.most_slots_in_time());
    EXPECT_FALSE(answer.advice.empty());
}

void check_against_brute_force(std::uint32_t seed, Seen& seen) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    Policy policy;
    if (seed % 2 == 1) policy.default_quota = random_quota(dice);
    const auto site = SmallSite::random(dice, policy);
    for (int i = 0; i < 6; ++i) {
        ReservationRequest request;
        request.gpus = random_gpus(dice, *site->state().fleet);
        const std::int32_t slots = between(dice, 1, 8);
        request.hours = 2 * slots;
        request.finish_before = site->now() + std::chrono::hours(between(dice, 1, 50));
        const auto answer = plan(site->state(), "alice", request, site->now());
        if (!answer) continue;
        const auto finish = BruteForce(*site, request, slots).earliest_finish();
        EXPECT_EQ(answer->earliest_finish, finish);
        EXPECT_EQ(answer->feasible, finish && *finish <= *request.finish_before);
        check_windows(*site, request, *answer);
        ++(answer->feasible ? seen.yes : seen.no);
        if (!answer->feasible) check_no(*site, request, slots, *answer);
    }
}

TEST(Plan, a_deadline_is_answered_as_brute_force_answers_it) {
    Seen seen;
    for (std::uint32_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
        check_against_brute_force(seed, seen);
    }
    EXPECT_GE(seen.yes, 40);
    EXPECT_GE(seen.no, 40);
}

TEST(Plan, odds_come_from_the_preemptible_work_of_the_last_days) {
    const Instant now = parse_rfc3339("2026-11-30T09:00:00Z").value();
    SmallSite site({{"node1", 0, "A100", 40, {}, Health::healthy}}, {}, now);
    View view(site.state().fleet, site.grid(), now);
    const auto add = [&](std::uint64_t number, ReservationState state, int from, int to) {
        Reservation reservation;
        reservation.id = {number};
        reservation.state = state;
        reservation.started_at = now + std::chrono::hours(from);
        if (is_ended(state)) reservation.ended_at = now + std::chrono::hours(to);
        view.put(std::make_shared<Reservation>(std::move(reservation)));
    };
    add(1, ReservationState::evicted, -20, -10);
    add(2, ReservationState::completed, -30, -10);
    add(3, ReservationState::running, -10, 0);
    add(4, ReservationState::completed, -400, -300);  // too long ago
    const EvictionRecord record = recent_evictions(view, now);
    EXPECT_EQ(record.reservations, 3);
    EXPECT_EQ(record.evicted, 1);
    EXPECT_EQ(record.held, std::chrono::hours(40));
}

}  // namespace
}  // namespace berth::test
