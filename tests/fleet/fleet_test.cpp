#include "fleet/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GpuSpec gpu(std::string node, int device, std::string model = "H100", int memory_gb = 80,
            Labels labels = {}) {
    return {.node = std::move(node),
            .device = device,
            .model = std::move(model),
            .memory_gb = memory_gb,
            .labels = std::move(labels)};
}

Fleet fleet_of(std::vector<GpuSpec> gpus) {
    auto fleet = Fleet::make(std::move(gpus));
    EXPECT_TRUE(fleet) << fleet.error();
    return std::move(*fleet);
}

std::vector<std::uint32_t> numbers(const std::vector<GpuIndex>& gpus) {
    std::vector<std::uint32_t> values;
    for (const GpuIndex index : gpus) values.push_back(index.value);
    return values;
}

TEST(Fleet, gpus_keep_inventory_order_and_nodes_collect_theirs) {
    const Fleet fleet = fleet_of({gpu("b", 0), gpu("a", 1), gpu("b", 1), gpu("a", 0)});
    ASSERT_EQ(fleet.nodes().size(), 2U);
    EXPECT_EQ(fleet.nodes()[0].name, "b");
    EXPECT_THAT(numbers(fleet.nodes()[0].gpus), ElementsAre(0U, 2U));
    EXPECT_THAT(numbers(fleet.nodes()[1].gpus), ElementsAre(1U, 3U));
    EXPECT_EQ(fleet.gpu({3}).id, "a/0");
    ASSERT_NE(fleet.find("b/1"), nullptr);
    EXPECT_EQ(fleet.find("b/1")->index, GpuIndex{2});
    EXPECT_EQ(fleet.find("b/2"), nullptr);
}

TEST(Fleet, gpus_share_a_class_when_only_their_node_differs) {
    const Fleet fleet = fleet_of({gpu("a", 0), gpu("b", 0), gpu("b", 1, "H100", 94),
                                  gpu("b", 2, "A100"), gpu("c", 0, "H100", 80, {{"rack", "1"}})});
    EXPECT_EQ(fleet.class_count(), 4U);
    EXPECT_EQ(fleet.gpu({0}).gpu_class, fleet.gpu({1}).gpu_class);
    EXPECT_NE(fleet.gpu({0}).gpu_class, fleet.gpu({2}).gpu_class);
    EXPECT_NE(fleet.gpu({0}).gpu_class, fleet.gpu({3}).gpu_class);
    EXPECT_NE(fleet.gpu({0}).gpu_class, fleet.gpu({4}).gpu_class);
    EXPECT_THAT(fleet.models(), ElementsAre("A100", "H100"));
}

TEST(Fleet, an_inventory_that_cannot_be_is_refused) {
    const auto twice = Fleet::make({gpu("a", 0), gpu("a", 0, "A100")});
    ASSERT_FALSE(twice);
    EXPECT_THAT(twice.error(), HasSubstr("a/0 is listed twice"));
    const auto negative = Fleet::make({gpu("a", -1)});
    ASSERT_FALSE(negative);
    EXPECT_THAT(negative.error(), HasSubstr("negative device number"));
    const auto nameless = Fleet::make({gpu("", 0)});
    ASSERT_FALSE(nameless);
    EXPECT_THAT(nameless.error(), HasSubstr("has no node"));
    std::vector<GpuSpec> many;
    for (int device = 0; device < 65'536; ++device) many.push_back(gpu("a", device));
    const auto too_many = Fleet::make(std::move(many));
    ASSERT_FALSE(too_many);
    EXPECT_THAT(too_many.error(), HasSubstr("at most 65535"));
    EXPECT_TRUE(Fleet::make({}));
}

TEST(Fleet, a_new_inventory_keeps_known_numbers_appends_new_gpus_and_marks_the_missing_gone) {
    const Fleet fleet = fleet_of({gpu("a", 0), gpu("a", 1), gpu("b", 0)});
    const std::vector<GpuSpec> found{gpu("c", 0), gpu("b", 0, "H200", 141), gpu("a", 0)};
    const Fleet next = fleet_of(fleet.renumbered(found));
    ASSERT_EQ(next.gpus().size(), 4U);
    EXPECT_EQ(next.gpu({0}).id, "a/0");
    EXPECT_EQ(next.gpu({0}).spec.health, Health::healthy);
    EXPECT_EQ(next.gpu({1}).id, "a/1");
    EXPECT_EQ(next.gpu({1}).spec.health, Health::gone);
    EXPECT_EQ(next.gpu({2}).spec.model, "H200");
    EXPECT_EQ(next.gpu({3}).id, "c/0");

    const std::vector<GpuSpec> back{gpu("a", 1)};
    const Fleet after = fleet_of(next.renumbered(back));
    EXPECT_EQ(after.gpu({1}).spec.health, Health::healthy);
    EXPECT_THAT(numbers(after.matching({})), ElementsAre(1U));
}

TEST(Fleet, what_somebody_reported_down_stays_so_whatever_the_inventory_says_of_its_node) {
    GpuSpec unready = gpu("a", 0);
    unready.health = Health::unready;
    GpuSpec down = gpu("a", 1);
    down.health = Health::down;
    const Fleet fleet = fleet_of({gpu("a", 0), down});
    GpuSpec other_unready = gpu("a", 1);
    other_unready.health = Health::unready;
    const Fleet next = fleet_of(fleet.renumbered(std::vector{unready, other_unready}));
    EXPECT_EQ(next.gpu({0}).spec.health, Health::unready);
    EXPECT_EQ(next.gpu({1}).spec.health, Health::down);
    EXPECT_TRUE(next.gpu({1}).spec.also_unready);
    EXPECT_THAT(next.matching({}), ElementsAre());
    const Fleet after = fleet_of(next.renumbered(std::vector{gpu("a", 0), gpu("a", 1)}));
    EXPECT_EQ(after.gpu({0}).spec.health, Health::healthy);
    EXPECT_EQ(after.gpu({1}).spec.health, Health::down);
    EXPECT_FALSE(after.gpu({1}).spec.also_unready);
}

TEST(Fleet, a_found_inventory_that_lists_a_gpu_twice_is_still_refused) {
    const Fleet fleet = fleet_of({gpu("a", 0)});
    const std::vector<GpuSpec> found{gpu("a", 0), gpu("a", 0)};
    EXPECT_FALSE(Fleet::make(fleet.renumbered(found)));
}

TEST(GpuSelector, each_wish_narrows_the_choice_and_gone_gpus_never_match) {
    GpuSpec gone = gpu("d", 0);
    gone.health = Health::gone;
    const Fleet fleet =
        fleet_of({gpu("a", 0, "H100", 80, {{"rack", "1"}, {"room", "x"}}),
                  gpu("b", 0, "H100", 94, {{"rack", "2"}}), gpu("c", 0, "A100", 40), gone});
    const auto found = [&](GpuSelector selector) { return numbers(fleet.matching(selector)); };
    EXPECT_THAT(found({}), ElementsAre(0U, 1U, 2U));
    EXPECT_THAT(found({.model = "H100", .min_memory_gb = {}, .labels = {}}), ElementsAre(0U, 1U));
    EXPECT_THAT(found({.model = {}, .min_memory_gb = 80, .labels = {}}), ElementsAre(0U, 1U));
    EXPECT_THAT(found({.model = {}, .min_memory_gb = 81, .labels = {}}), ElementsAre(1U));
    EXPECT_THAT(found({.model = {}, .min_memory_gb = {}, .labels = {{"rack", "1"}}}),
                ElementsAre(0U));
    EXPECT_THAT(found({.model = {}, .min_memory_gb = {}, .labels = {{"rack", "2"}, {"room", "x"}}}),
                ElementsAre());
    EXPECT_THAT(found({.model = "h100", .min_memory_gb = {}, .labels = {}}), ElementsAre());
}

TEST(Spread, its_text_is_read_back) {
    for (const auto* text : {"same_node", "any", "same:rack", "same:a:b"}) {
        const auto spread = Spread::parse(text);
        ASSERT_TRUE(spread) << spread.error();
        EXPECT_EQ(spread->text(), text);
    }
    EXPECT_EQ(Spread::parse("same:rack")->label, "rack");
    EXPECT_EQ(Spread::parse("same:node")->kind, Spread::Kind::same_label);
}

TEST(Spread, an_unknown_spread_is_refused_with_what_there_is) {
    for (const auto* text : {"", "node", "same:", "Any", "same_rack", " any"}) {
        const auto spread = Spread::parse(text);
        ASSERT_FALSE(spread) << text;
        EXPECT_THAT(spread.error(), HasSubstr("it is same_node, any, or same:<label>"));
    }
}

}  // namespace
}  // namespace berth
