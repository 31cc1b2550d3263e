// GPUs by name: what a driver publishes, and the claim that pins a pod to exactly its own.
#include "kubernetes/device_claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "kubernetes/assessment.hpp"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();
const KubernetesOptions options;

std::string device(const std::string& name, const std::string& uuid, const std::string& more = "") {
    return R"({"name":")" + name + R"(","attributes":{"type":{"string":"gpu"},"uuid":{"string":")" +
           uuid + R"("},"productName":{"string":"NVIDIA H100 80GB HBM3"})" + more +
           R"(},"capacity":{"memory":{"value":"81559Mi"}}})";
}

std::string slice_of(const std::string& devices, const std::string& driver = "gpu.nvidia.com") {
    return R"({"spec":{"driver":")" + driver + R"(","nodeName":"gpu-1","devices":[)" + devices +
           "]}}";
}

std::vector<PublishedGpu> published(const std::string& slice) {
    return gpu_slice(boost::json::parse(slice).as_object(), options).gpus;
}

NodeSight ready_node() {
    NodeSight node;
    node.name = "gpu-1";
    node.is_ready = true;
    return node;
}

TEST(DeviceClaims, a_driver_publishes_whole_gpus_with_what_people_book_by) {
    const auto gpus =
        published(slice_of(device("gpu-1", "GPU-b") + "," + device("gpu-0", "GPU-a")));
    ASSERT_EQ(gpus.size(), 2U);
    EXPECT_EQ(gpus[0], (PublishedGpu{1, "GPU-b", "NVIDIA H100 80GB HBM3", 81559}));
}

TEST(DeviceClaims, its_own_numbers_go_before_those_in_names) {
    const auto gpus = published(slice_of(device("gpu-7", "GPU-a", R"(,"index":{"int":2})")));
    ASSERT_EQ(gpus.size(), 1U);
    EXPECT_EQ(gpus[0].number, 2);
}

TEST(DeviceClaims, parts_of_gpus_and_other_drivers_devices_are_left_out) {
    const std::string part =
        R"({"name":"gpu-0-mig-1g","attributes":{"type":{"string":"mig"},"uuid":{"string":"M"}}})";
    EXPECT_THAT(published(slice_of(part)), testing::IsEmpty());
    EXPECT_THAT(published(slice_of(device("gpu-0", "GPU-a"), "net.example.com")),
                testing::IsEmpty());
}

TEST(DeviceClaims, a_node_declares_what_is_published) {
    KnownGpus known;
    known.take(published(slice_of(device("gpu-1", "GPU-b") + "," + device("gpu-0", "GPU-a"))));
    const auto node = watch_on(nullptr, counted_by(known, ready_node()), noon);
    const auto gpus = gpus_of(node, known, options, noon);
    ASSERT_EQ(gpus.size(), 2U);
    EXPECT_EQ(gpu_id(gpus[0]), "gpu-1/0");
    EXPECT_EQ(gpus[1].model, "H100");
    EXPECT_EQ(gpus[1].memory_gb, 80);
    EXPECT_EQ(gpus[1].health, Health::healthy);
}

TEST(DeviceClaims, a_device_that_stays_unpublished_is_the_one_that_is_lost) {
    KnownGpus known;
    const auto both =
        published(slice_of(device("gpu-0", "GPU-a") + "," + device("gpu-1", "GPU-b")));
    known.take(both);
    const auto before = watch_on(nullptr, counted_by(known, ready_node()), noon);
    known.take({both[1]});
    const auto after = watch_on(&before, counted_by(known, ready_node()), noon);
    EXPECT_EQ(gpus_of(after, known, options, noon + 39s)[0].health, Health::healthy);
    const auto settled = gpus_of(after, known, options, noon + 40s);
    ASSERT_EQ(settled.size(), 2U);
    EXPECT_EQ(settled[0].health, Health::unready);
    EXPECT_EQ(settled[1].health, Health::healthy);
}

TEST(DeviceClaims, a_claim_asks_for_each_reserved_device_by_its_uuid) {
    AttemptOrder order;
    order.id = {{17}, 1};
    const auto gpus = published(slice_of(device("gpu-0", "GPU-a") + "," + device("gpu-1", "GPU-b") +
                                         "," + device("gpu-2", "GPU-c")));
    const auto claim = resource_claim(order, {0, "gpu-1", {"gpu-1/0", "gpu-1/2"}}, gpus, options);
    ASSERT_TRUE(claim);
    EXPECT_THAT(*claim, testing::HasSubstr(R"(.uuid == \"GPU-a\")"));
    EXPECT_THAT(*claim, testing::HasSubstr(R"(.uuid == \"GPU-c\")"));
    EXPECT_THAT(*claim, testing::Not(testing::HasSubstr("GPU-b")));
    const auto lacking = resource_claim(order, {0, "gpu-1", {"gpu-1/5"}}, gpus, options);
    EXPECT_EQ(lacking.error(),
              "The driver gpu.nvidia.com does not publish GPU gpu-1/5 now; an operator looks at "
              "the resource slices of gpu-1.");
}

TEST(DeviceClaims, a_volcano_that_knows_none_is_named_to_whoever_waits) {
    EXPECT_THAT(
        explain_refusal("strict decoding error: unknown field "
                        "\"spec.tasks[0].template.spec.resourceClaims[0].resourceClaimName\""),
        testing::StartsWith("The cluster's Volcano is too old"));
}

}  // namespace
}  // namespace berth::test
