// GPUs that pods hold by claims which are not Berth's.
#include "kubernetes/claimed_gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace berth::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string device(const std::string& name, const std::string& more = "") {
    return R"({"request":"gpus","driver":"gpu.nvidia.com","pool":"gpu-1","device":")" + name + '"' +
           more + "}";
}

std::optional<ForeignClaim> claim(const std::string& devices, const std::string& labels = "",
                                  const std::string& consumer = "pods") {
    const std::string text = R"({"metadata":{"labels":{)" + labels + R"(}},"status":{)" +
                             R"("allocation":{"devices":{"results":[)" + devices + R"(]}},)" +
                             R"("reservedFor":[{"resource":")" + consumer +
                             R"(","name":"notebook","uid":"u1"}]}})";
    return foreign_claim(boost::json::parse(text).as_object(), {});
}

TEST(ClaimedGpus, a_claim_counts_the_gpus_it_was_given_for_the_pods_that_use_it) {
    const auto found = claim(device("gpu-0") + "," + device("gpu-3"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->gpus, 2);
    EXPECT_THAT(found->pods, ElementsAre("u1"));
}

TEST(ClaimedGpus, what_is_ours_holds_no_gpu_or_is_used_by_no_pod_is_none) {
    EXPECT_FALSE(claim(device("gpu-0"), R"("berth.dev/site":"berth")"));
    EXPECT_TRUE(claim(device("gpu-0"), R"("berth.dev/site":"other")"));
    EXPECT_FALSE(claim(""));
    EXPECT_FALSE(claim(R"({"driver":"net.example.com","device":"nic-0"})"));
    EXPECT_FALSE(claim(device("gpu-0"), "", "virtualmachines"));
    EXPECT_FALSE(foreign_claim(boost::json::parse("{}").as_object(), {}));
}

TEST(ClaimedGpus, who_only_watches_a_device_does_not_hold_it) {
    EXPECT_FALSE(claim(device("gpu-0", R"(,"adminAccess":true)")));
}

TEST(ClaimedGpus, a_pod_holds_what_all_its_claims_were_given) {
    ClaimedGpus gpus;
    EXPECT_THAT(gpus.take("x/a", ForeignClaim{2, {"u1", "u2"}}), ElementsAre("u1", "u2"));
    EXPECT_THAT(gpus.take("x/b", ForeignClaim{1, {"u1"}}), ElementsAre("u1"));
    EXPECT_EQ(gpus.held_by("u1"), 3);
    EXPECT_EQ(gpus.held_by("u2"), 2);
    EXPECT_EQ(gpus.held_by("u3"), 0);
}

TEST(ClaimedGpus, a_claim_that_changes_or_goes_touches_all_that_it_was_for) {
    ClaimedGpus gpus;
    gpus.take("x/a", ForeignClaim{2, {"u1"}});
    EXPECT_THAT(gpus.take("x/a", ForeignClaim{2, {"u2"}}), ElementsAre("u1", "u2"));
    EXPECT_EQ(gpus.held_by("u1"), 0);
    EXPECT_THAT(gpus.take("x/a", std::nullopt), ElementsAre("u2"));
    EXPECT_EQ(gpus.held_by("u2"), 0);
    EXPECT_THAT(gpus.take("x/a", std::nullopt), IsEmpty());
}

}  // namespace
}  // namespace berth::test
