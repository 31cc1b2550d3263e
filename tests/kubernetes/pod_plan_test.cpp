#include "kubernetes/pod_plan.hpp"

#include <gmock/gmock.h>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Strings = std::vector<std::string>;

Workload of(std::optional<int> nodes, std::optional<int> gpus_per_node) {
    Workload workload;
    workload.nodes = nodes;
    workload.gpus_per_node = gpus_per_node;
    return workload;
}

TEST(PodPlan, a_node_has_one_pod_with_all_its_gpus) {
    const auto plan = plan_pods({}, {"a/0", "a/1", "b/0"}, {"a", "a", "b"});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->size(), 2U);
    EXPECT_EQ((*plan)[0].node, "a");
    EXPECT_THAT((*plan)[0].gpus, ElementsAre("a/0", "a/1"));
    EXPECT_EQ((*plan)[1].rank, 1);
    EXPECT_THAT((*plan)[1].gpus, ElementsAre("b/0"));
}

TEST(PodPlan, gpus_per_node_makes_several_pods_of_a_node) {
    const auto plan = plan_pods(of(3, 2), {"a/0", "a/1", "a/2", "a/3", "b/6", "b/7"},
                                {"a", "a", "a", "a", "b", "b"});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->size(), 3U);
    EXPECT_THAT((*plan)[1].gpus, ElementsAre("a/2", "a/3"));
    EXPECT_EQ((*plan)[2].node, "b");
    EXPECT_EQ((*plan)[2].rank, 2);
}

TEST(PodPlan, ranks_are_in_the_order_of_first_gpus) {
    const auto plan = plan_pods(of({}, 1), {"b/0", "a/0", "b/1"}, {"b", "a", "b"});
    ASSERT_TRUE(plan);
    Strings nodes;
    for (const PlannedPod& pod : *plan) nodes.push_back(pod.node);
    EXPECT_THAT(nodes, ElementsAre("b", "a", "b"));
}

TEST(PodPlan, gpus_that_make_no_whole_pods_are_explained) {
    const auto plan = plan_pods(of({}, 2), {"a/0", "a/1", "b/0"}, {"a", "a", "b"});
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error(), HasSubstr("it has 1 GPU on b"));
}

TEST(PodPlan, too_few_pods_are_explained) {
    const auto plan = plan_pods(of(2, {}), {"a/0", "a/1"}, {"a", "a"});
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error(), HasSubstr("wants 2 pods"));
    EXPECT_THAT(plan.error(), HasSubstr("make 1 pod"));
}

}  // namespace
}  // namespace berth
