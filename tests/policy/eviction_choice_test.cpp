// The choice of victims against trying every set of them.
#include "policy/eviction_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>
#include <tuple>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Place = std::vector<EvictableGpu>;
using Cost = std::tuple<GpuTime, int, int>;  // harm, people, victims

class Dice {
public:
    explicit Dice(std::uint64_t seed) : bits_(seed) {}
    int between(int least, int most) {
        return least + static_cast<int>(bits_() % static_cast<std::uint64_t>(most - least + 1));
    }

private:
    std::mt19937_64 bits_;
};

struct Case {
    std::vector<EvictionVictim> victims;
    std::vector<Place> places;
    int count = 1;
};

// Each victim holds some GPUs of one place; on some GPUs one follows another.
Case random_case(Dice& dice, int places, int gpus_each, int victims) {
    Case made;
    std::uint32_t number = 0;
    for (int p = 0; p < places; ++p) {
        Place place;
        for (int g = 0; g < gpus_each; ++g) place.push_back({{number++}, {}});
        made.places.push_back(std::move(place));
    }
    for (int v = 0; v < victims; ++v) {
        const auto index = static_cast<VictimIndex>(v);
        made.victims.push_back({dice.between(0, 3) == 0 ? 0 : dice.between(1, 40),
                                static_cast<std::uint32_t>(dice.between(0, victims / 2))});
        Place& place = made.places[static_cast<std::size_t>(dice.between(0, places - 1))];
        const int gpus = dice.between(1, std::max(1, gpus_each / 2));
        const int first = dice.between(0, gpus_each - gpus);
        for (int g = first; g < first + gpus; ++g) {
            place[static_cast<std::size_t>(g)].holders.push_back(index);
        }
    }
    made.count = dice.between(1, gpus_each);
    return made;
}

std::optional<Cost> brute_force(const Case& tried) {
    std::optional<Cost> best;
    for (std::uint32_t set = 0; set < 1U << tried.victims.size(); ++set) {
        const bool enough = std::ranges::any_of(tried.places, [&](const Place& place) {
            const auto freed = std::ranges::count_if(place, [&](const EvictableGpu& gpu) {
                return std::ranges::all_of(gpu.holders,
                                           [&](VictimIndex v) { return (set >> v & 1U) != 0; });
            });
            return freed >= tried.count;
        });
        if (!enough) continue;
        GpuTime harm = 0;
        std::set<std::uint32_t> people;
        for (std::size_t v = 0; v < tried.victims.size(); ++v) {
            if ((set >> v & 1U) == 0) continue;
            harm += tried.victims[v].harm;
            people.insert(tried.victims[v].person);
        }
        const Cost cost{harm, static_cast<int>(people.size()), std::popcount(set)};
        if (!best || cost < *best) best = cost;
    }
    return best;
}

std::optional<ChosenEviction> choose(const Case& tried) {
    EvictionChoice choice(tried.victims);
    for (const Place& place : tried.places) choice.offer(place, tried.count);
    return choice.best();
}

// The chosen GPUs lie in one place and are free once the victims are gone; the sums are right.
void expect_sound(const Case& tried, const ChosenEviction& chosen) {
    EXPECT_EQ(static_cast<int>(chosen.gpus.size()), tried.count);
    EXPECT_TRUE(std::ranges::is_sorted(chosen.gpus));
    EXPECT_EQ(std::ranges::adjacent_find(chosen.gpus), chosen.gpus.end());
    const auto is_freed_in = [&](const Place& place, GpuIndex index) {
        const auto gpu = std::ranges::find(place, index, &EvictableGpu::gpu);
        return gpu != place.end() && std::ranges::all_of(gpu->holders, [&](VictimIndex v) {
                   return std::ranges::binary_search(chosen.victims, v);
               });
    };
    EXPECT_TRUE(std::ranges::any_of(tried.places, [&](const Place& place) {
        return std::ranges::all_of(chosen.gpus,
                                   [&](GpuIndex gpu) { return is_freed_in(place, gpu); });
    }));
    GpuTime harm = 0;
    for (const VictimIndex v : chosen.victims) harm += tried.victims[v].harm;
    EXPECT_EQ(chosen.harm, harm);
}

Cost cost_of(const ChosenEviction& chosen) {
    return {chosen.harm, chosen.people, static_cast<int>(chosen.victims.size())};
}

TEST(eviction_choice, within_nodes_no_set_of_victims_does_less_harm) {
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        Dice dice(seed);
        const Case tried =
            random_case(dice, dice.between(1, 3), dice.between(1, 8), dice.between(1, 11));
        const auto best = brute_force(tried);
        const auto chosen = choose(tried);
        ASSERT_EQ(chosen.has_value(), best.has_value()) << "seed " << seed;
        if (!chosen) continue;
        EXPECT_EQ(cost_of(*chosen), *best) << "seed " << seed;
        expect_sound(tried, *chosen);
    }
}

TEST(eviction_choice, across_nodes_the_harm_is_within_a_twentieth_of_the_least) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Dice dice(seed);
        const Case tried = random_case(dice, 1, dice.between(16, 40), dice.between(8, 15));
        const auto best = brute_force(tried);
        const auto chosen = choose(tried);
        ASSERT_EQ(chosen.has_value(), best.has_value()) << "seed " << seed;
        if (!chosen) continue;
        EXPECT_LE(static_cast<double>(chosen->harm),
                  static_cast<double>(std::get<GpuTime>(*best)) * 1.05)
            << "seed " << seed;
        expect_sound(tried, *chosen);
    }
}

// More sets of holders than are searched through completely: two GPUs each, so that the least harm
// is that of the cheapest.
TEST(eviction_choice, of_hundreds_of_victims_the_cheapest_are_chosen) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Dice dice(seed);
        Case tried;
        tried.places.emplace_back();
        std::vector<GpuTime> harms;
        for (std::uint32_t v = 0; v < 300; ++v) {
            const GpuTime harm = dice.between(1, 1000);
            harms.push_back(harm);
            tried.victims.push_back({harm, v});
            tried.places.front().push_back({{2 * v}, {v}});
            tried.places.front().push_back({{2 * v + 1}, {v}});
        }
        tried.count = dice.between(1, 200);
        std::ranges::sort(harms);
        GpuTime least = 0;
        for (int i = 0; i < (tried.count + 1) / 2; ++i) least += harms[static_cast<std::size_t>(i)];
        const auto chosen = choose(tried);
        ASSERT_TRUE(chosen);
        EXPECT_EQ(chosen->harm, least) << "seed " << seed;
        expect_sound(tried, *chosen);
    }
}

TEST(eviction_choice, free_gpus_are_taken_before_anybody_is_disturbed) {
    const Case tried{{{5, 0}, {7, 1}}, {{{{0}, {0}}, {{1}, {}}, {{2}, {1}}, {{3}, {}}}}, 3};
    const auto chosen = choose(tried);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(0U));
    EXPECT_THAT(chosen->gpus, ElementsAre(GpuIndex{0}, GpuIndex{1}, GpuIndex{3}));
    EXPECT_THAT(choose({tried.victims, tried.places, 2})->victims, IsEmpty());
}

TEST(eviction_choice, of_equal_harm_the_one_that_disturbs_fewer_people) {
    const std::vector<EvictionVictim> victims{{5, 0}, {5, 1}, {5, 2}, {5, 2}};
    const Place first{{{0}, {0}}, {{1}, {1}}};
    const Place second{{{2}, {2}}, {{3}, {3}}};
    const auto chosen = choose({victims, {first, second}, 2});
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(2U, 3U));
    EXPECT_EQ(chosen->people, 1);
}

TEST(eviction_choice, a_gpu_with_several_holders_costs_all_of_them) {
    const std::vector<EvictionVictim> victims{{3, 0}, {3, 1}, {5, 2}};
    const auto chosen = choose({victims, {{{{0}, {0, 1}}, {{1}, {2}}}}, 1});
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(2U));
}

TEST(eviction_choice, a_place_with_too_few_gpus_is_none) {
    EXPECT_FALSE(choose({{{1, 0}}, {{{{0}, {0}}, {{1}, {}}}}, 3}));
}

}  // namespace
}  // namespace berth
