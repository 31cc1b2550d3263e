// Gangs: GPUs in pieces of one node each. Small fleets with an evident answer, and tiny ones
// against trying every set of victims.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <tuple>

#include "policy/eviction_choice.hpp"

namespace berth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Node = std::vector<EvictableGpu>;
using Cost = std::tuple<GpuTime, int, int>;  // harm, people, victims

struct Gang {
    std::vector<EvictionVictim> victims;
    std::vector<Node> nodes;
    int per_piece = 1;
    int pieces = 1;
};

// Nodes by who holds each GPU, numbered through.
std::vector<Node> nodes_held_by(const std::vector<std::vector<std::vector<VictimIndex>>>& holders) {
    std::vector<Node> nodes;
    std::uint32_t number = 0;
    for (const auto& of_node : holders) {
        Node& node = nodes.emplace_back();
        for (const auto& of_gpu : of_node) node.push_back({{number++}, of_gpu});
    }
    return nodes;
}

std::optional<ChosenEviction> choose(const Gang& gang) {
    EvictionChoice choice(gang.victims);
    choice.offer_pieces(gang.nodes, gang.per_piece, gang.pieces);
    return choice.best();
}

int pieces_without(const Gang& gang, const std::set<VictimIndex>& victims) {
    int pieces = 0;
    for (const Node& node : gang.nodes) {
        const auto free = std::ranges::count_if(node, [&](const EvictableGpu& gpu) {
            return std::ranges::includes(victims, gpu.holders);
        });
        pieces += static_cast<int>(free) / gang.per_piece;
    }
    return pieces;
}

Cost cost_of(const Gang& gang, const std::set<VictimIndex>& victims) {
    GpuTime harm = 0;
    std::set<std::uint32_t> people;
    for (const VictimIndex victim : victims) {
        harm += gang.victims[victim].harm;
        people.insert(gang.victims[victim].person);
    }
    return {harm, static_cast<int>(people.size()), static_cast<int>(victims.size())};
}

std::optional<Cost> brute_force(const Gang& gang) {
    std::optional<Cost> best;
    for (std::uint32_t bits = 0; bits < 1U << gang.victims.size(); ++bits) {
        std::set<VictimIndex> victims;
        for (VictimIndex v = 0; v < gang.victims.size(); ++v) {
            if ((bits >> v & 1U) != 0) victims.insert(v);
        }
        if (pieces_without(gang, victims) < gang.pieces) continue;
        best = std::min(best.value_or(cost_of(gang, victims)), cost_of(gang, victims));
    }
    return best;
}

// Victims hold GPUs of any nodes; on some GPUs one follows another.
Gang any_gang() {
    const auto up_to = [](int least, int most) { return *rc::gen::inRange(least, most + 1); };
    Gang gang;
    const int victims = up_to(0, 7);
    for (int v = 0; v < victims; ++v) {
        gang.victims.push_back({up_to(0, 20), static_cast<std::uint32_t>(up_to(0, 3))});
    }
    std::uint32_t number = 0;
    const int nodes = up_to(1, 4);
    for (int n = 0; n < nodes; ++n) {
        Node& node = gang.nodes.emplace_back();
        const int gpus = up_to(1, 4);
        for (int g = 0; g < gpus; ++g) {
            std::set<VictimIndex> holders;
            for (int h = up_to(0, 2); h > 0 && victims > 0; --h) {
                holders.insert(static_cast<VictimIndex>(up_to(0, victims - 1)));
            }
            node.push_back({{number++}, {holders.begin(), holders.end()}});
        }
    }
    gang.per_piece = up_to(1, 3);
    gang.pieces = up_to(1, 4);
    return gang;
}

// Whole pieces of each node, on GPUs that are free once the victims are gone; the sums are right.
void expect_sound(const Gang& gang, const ChosenEviction& chosen) {
    const std::set<VictimIndex> victims(chosen.victims.begin(), chosen.victims.end());
    RC_ASSERT(std::ranges::is_sorted(chosen.victims));
    RC_ASSERT(victims.size() == chosen.victims.size());
    RC_ASSERT(std::ranges::is_sorted(chosen.gpus));
    RC_ASSERT(std::ranges::adjacent_find(chosen.gpus) == chosen.gpus.end());
    int pieces = 0;
    std::size_t offered = 0;
    for (const Node& node : gang.nodes) {
        int taken = 0;
        for (const EvictableGpu& gpu : node) {
            if (!std::ranges::binary_search(chosen.gpus, gpu.gpu)) continue;
            RC_ASSERT(std::ranges::includes(victims, gpu.holders));
            ++taken;
        }
        RC_ASSERT(taken % gang.per_piece == 0);
        pieces += taken / gang.per_piece;
        offered += static_cast<std::size_t>(taken);
    }
    RC_ASSERT(pieces == gang.pieces);
    RC_ASSERT(offered == chosen.gpus.size());
    RC_ASSERT(std::tuple(chosen.harm, chosen.people, static_cast<int>(chosen.victims.size())) ==
              cost_of(gang, victims));
}

RC_GTEST_PROP(eviction_pieces, a_plan_is_found_wherever_there_is_one_and_is_sound, ()) {
    const Gang gang = any_gang();
    const auto chosen = choose(gang);
    RC_ASSERT(chosen.has_value() == brute_force(gang).has_value());
    if (chosen) expect_sound(gang, *chosen);
}

RC_GTEST_PROP(eviction_pieces, none_of_its_victims_could_be_spared, ()) {
    const Gang gang = any_gang();
    const auto chosen = choose(gang);
    RC_PRE(chosen.has_value());
    for (const VictimIndex victim : chosen->victims) {
        std::set<VictimIndex> others(chosen->victims.begin(), chosen->victims.end());
        others.erase(victim);
        RC_ASSERT(pieces_without(gang, others) < gang.pieces);
    }
}

RC_GTEST_PROP(eviction_pieces, a_single_piece_costs_the_least_there_is, ()) {
    Gang gang = any_gang();
    gang.pieces = 1;
    const auto chosen = choose(gang);
    RC_PRE(chosen.has_value());
    RC_ASSERT(std::tuple(chosen->harm, chosen->people, static_cast<int>(chosen->victims.size())) ==
              *brute_force(gang));
}

RC_GTEST_PROP(eviction_pieces, the_harm_is_at_most_as_many_times_the_least_as_there_are_pieces,
              ()) {
    const Gang gang = any_gang();
    const auto best = brute_force(gang);
    RC_PRE(best.has_value());
    RC_ASSERT(choose(gang)->harm <= gang.pieces * std::get<GpuTime>(*best));
}

RC_GTEST_PROP(eviction_pieces, nobody_is_disturbed_where_enough_pieces_are_free, ()) {
    const Gang gang = any_gang();
    RC_PRE(pieces_without(gang, {}) >= gang.pieces);
    RC_ASSERT(choose(gang)->victims.empty());
}

TEST(eviction_pieces, free_pieces_are_taken_before_anybody_is_disturbed) {
    const Gang gang{{{1, 0}}, nodes_held_by({{{0}, {0}}, {{}, {}}, {{}, {}}}), 2, 2};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, IsEmpty());
    EXPECT_THAT(chosen->gpus, ElementsAre(GpuIndex{2}, GpuIndex{3}, GpuIndex{4}, GpuIndex{5}));
}

TEST(eviction_pieces, what_is_left_over_on_two_nodes_is_no_piece) {
    const Gang gang{{}, nodes_held_by({{{}, {}, {}}, {{}, {}, {}}}), 2, 3};
    EXPECT_FALSE(choose(gang));
}

TEST(eviction_pieces, who_is_evicted_for_one_piece_costs_nothing_in_the_next) {
    // 0 holds two nodes; 1 and 2 hold one each and cost less than 0, but not together.
    const Gang gang{{{10, 0}, {11, 1}, {11, 2}},
                    nodes_held_by({{{1}, {1}}, {{0}, {0}}, {{2}, {2}}, {{0}, {0}}}),
                    2,
                    2};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(0U));
    EXPECT_THAT(chosen->gpus, ElementsAre(GpuIndex{2}, GpuIndex{3}, GpuIndex{6}, GpuIndex{7}));
}

TEST(eviction_pieces, who_was_chosen_first_is_spared_when_a_later_piece_frees_enough) {
    // The first piece is cheapest with 1; the second needs 0, who frees both.
    const Gang gang{{{10, 0}, {6, 1}}, nodes_held_by({{{1}, {1}}, {{0}, {0}}, {{0}, {0}}}), 2, 2};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(0U));
    EXPECT_EQ(chosen->harm, 10);
    EXPECT_EQ(chosen->people, 1);
    EXPECT_THAT(chosen->gpus, ElementsAre(GpuIndex{2}, GpuIndex{3}, GpuIndex{4}, GpuIndex{5}));
}

TEST(eviction_pieces, two_pieces_may_lie_on_one_node) {
    const Gang gang{{{9, 0}, {9, 1}}, nodes_held_by({{{0}, {0}, {0}, {0}}, {{1}, {1}}}), 2, 2};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(0U));
}

TEST(eviction_pieces, of_equal_harm_the_piece_that_disturbs_fewer_people) {
    const Gang gang{
        {{5, 0}, {5, 1}, {5, 2}, {5, 2}}, nodes_held_by({{{0}, {1}}, {{2}, {3}}}), 2, 1};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->victims, ElementsAre(2U, 3U));
}

// What is promised is a bound, and here is a case that does not reach the best.
TEST(eviction_pieces, two_cheaper_victims_may_be_chosen_where_a_dearer_one_would_do) {
    const Gang gang{{{10, 0}, {6, 1}, {6, 2}},
                    nodes_held_by({{{0}, {0}, {0}, {0}}, {{1}, {1}}, {{2}, {2}}}),
                    2,
                    2};
    const auto chosen = choose(gang);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(std::get<GpuTime>(*brute_force(gang)), 10);
    EXPECT_EQ(chosen->harm, 12);
}

}  // namespace
}  // namespace berth
