#include "engine/suggest.hpp"

#include <gtest/gtest.h>

#include <map>

#include "engine/small_site.hpp"

namespace berth::test {
namespace {

using Distances = std::map<SuggestionKind, Duration>;

// By trying everything: of each kind, how far the closest window is that would be booked.
class BruteForce {
public:
    BruteForce(SmallSite& site, const ReservationRequest& request, std::int32_t slots)
        : site_(site), request_(request), slots_(slots), start_(*request.start->at) {}

    Distances closest() {
        const bool named = !request_.gpus.ids.empty();
        const GpuRequest others = like(*site_.state().fleet, request_.gpus);
        if (named) {
            if (books(others, start_, slots_)) closest_[SuggestionKind::other_gpus] = {};
            moved(request_.gpus, SuggestionKind::same_gpus_later,
                  SuggestionKind::same_gpus_earlier);
        }
        moved(others, SuggestionKind::later, SuggestionKind::earlier);
        drop_if_same_gpus_are_as_near(SuggestionKind::later, SuggestionKind::same_gpus_later);
        drop_if_same_gpus_are_as_near(SuggestionKind::earlier, SuggestionKind::same_gpus_earlier);
        for (std::int32_t slots = 1; slots < slots_; ++slots) {
            if (books(request_.gpus, start_, slots)) part(SuggestionKind::shorter, slots, slots_);
        }
        fewer();
        return closest_;
    }

private:
    bool books(const GpuRequest& gpus, Instant start, std::int32_t slots) {
        ReservationRequest request = request_;
        request.gpus = gpus;
        request.start = StartTime{start};
        request.hours.reset();
        request.end = site_.grid().start_of(site_.grid().slot_at(start) + slots);
        return site_.would_book("alice", request);
    }

    void keep(SuggestionKind kind, Duration distance) {
        const auto [known, is_new] = closest_.emplace(kind, distance);
        if (!is_new) known->second = std::min(known->second, distance);
    }

    void moved(const GpuRequest& gpus, SuggestionKind later, SuggestionKind earlier) {
        for (Slot slot = site_.first_slot(); slot < site_.last_slot(); slot = slot + 1) {
            const Instant start = site_.grid().start_of(slot);
            if (start == start_ || !books(gpus, start, slots_)) continue;
            keep(start > start_ ? later : earlier, std::chrono::abs(start - start_));
        }
    }

    void drop_if_same_gpus_are_as_near(SuggestionKind others, SuggestionKind same) {
        const auto found = closest_.find(same);
        if (found != closest_.end() && found->second == closest_[others]) closest_.erase(others);
    }

    void part(SuggestionKind kind, int got, int asked) {
        const double length = static_cast<double>(slots_) * 2 * 3'600'000;
        keep(kind, Duration(std::llround(length * (static_cast<double>(asked) / got - 1))));
    }

    void fewer() {
        const auto& ids = request_.gpus.ids;
        if (ids.empty()) {
            for (int count = 1; count < *request_.gpus.count; ++count) {
                GpuRequest gpus = request_.gpus;
                gpus.count = count;
                if (!books(gpus, start_, slots_)) continue;
                part(SuggestionKind::fewer_gpus, count, *request_.gpus.count);
            }
            return;
        }
        for (unsigned subset = 1; subset + 1 < (1U << ids.size()); ++subset) {
            GpuRequest gpus;
            for (std::size_t i = 0; i < ids.size(); ++i) {
                if ((subset >> i & 1U) != 0) gpus.ids.push_back(ids[i]);
            }
            if (!books(gpus, start_, slots_)) continue;
            part(SuggestionKind::fewer_gpus, static_cast<int>(gpus.ids.size()),
                 static_cast<int>(ids.size()));
        }
    }

    SmallSite& site_;
    ReservationRequest request_;
    std::int32_t slots_;
    Instant start_;
    Distances closest_;
};

struct Asked {
    ReservationRequest request;
    std::int32_t slots = 1;
};

Asked random_wish(std::mt19937& dice, const SmallSite& site) {
    Asked asked;
    asked.request.gpus = random_gpus(dice, *site.state().fleet);
    asked.slots = between(dice, 1, 8);
    const Slot start = site.first_slot() + between(dice, 0, SmallSite::horizon - 9);
    asked.request.start = StartTime{site.grid().start_of(start)};
    asked.request.hours = 2 * asked.slots;
    return asked;
}

// How many of the wishes were refused for want of room or quota.
int check_against_brute_force(std::uint32_t seed, int wishes) {
    std::mt19937 dice(seed);
    Policy policy;
    if (seed % 2 == 1) policy.default_quota = random_quota(dice);
    const auto site = SmallSite::random(dice, policy);
    int refused = 0;
    for (int i = 0; i < wishes; ++i) {
        const Asked asked = random_wish(dice, *site);
        const Answer answer = site->ask("alice", Reserve{asked.request});
        if (answer) continue;
        const RefusalCode code = answer.error().code;
        if (code != RefusalCode::conflict && code != RefusalCode::quota_exceeded) continue;
        ++refused;
        const auto wish = make_exact(site->state(), asked.request, site->now());
        EXPECT_TRUE(wish.has_value());
        Distances found;
        Duration last{};
        for (const Suggestion& suggestion : answer.error().suggestions) {
            const Duration far = distance(*wish, suggestion);
            EXPECT_TRUE(found.emplace(suggestion.kind, far).second) << "seed " << seed;
            EXPECT_GE(far, last) << "seed " << seed;
            last = far;
            EXPECT_TRUE(
                site->would_book("alice", SmallSite::resubmitted(asked.request, suggestion)))
                << "seed " << seed << ": " << suggestion.why;
        }
        EXPECT_EQ(found, BruteForce(*site, asked.request, asked.slots).closest())
            << "seed " << seed << ", wish " << i;
    }
    return refused;
}

TEST(Suggest, each_window_is_accepted_and_brute_force_finds_none_closer) {
    int refused = 0;
    for (std::uint32_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
        refused += check_against_brute_force(seed, 8);
    }
    EXPECT_GE(refused, 100);
}

TEST(Suggest, a_part_is_as_far_as_the_work_would_take_longer) {
    const Instant start = parse_rfc3339("2026-12-02T20:00:00Z").value();
    const auto hours = [](int count) { return Duration(std::chrono::hours(count)); };
    Wish wish;
    wish.gpus.wish.count = 4;
    wish.span = {start, start + hours(20)};
    const std::vector<std::string> four{"a/0", "a/1", "a/2", "a/3"};
    const auto far = [&](SuggestionKind kind, std::size_t gpus, int from, int to) {
        return distance(wish, {kind,
                               {four.begin(), four.begin() + static_cast<std::ptrdiff_t>(gpus)},
                               start + hours(from),
                               start + hours(to),
                               ""});
    };
    EXPECT_EQ(far(SuggestionKind::fewer_gpus, 2, 0, 20), hours(20));
    EXPECT_EQ(far(SuggestionKind::shorter, 4, 0, 10), hours(20));
    EXPECT_EQ(far(SuggestionKind::shorter, 4, 0, 4), hours(80));
    EXPECT_EQ(far(SuggestionKind::later, 4, 6, 26), hours(6));
    EXPECT_EQ(far(SuggestionKind::earlier, 4, -6, 14), hours(6));
    EXPECT_EQ(far(SuggestionKind::other_gpus, 4, 0, 20), hours(0));
}

}  // namespace
}  // namespace berth::test
