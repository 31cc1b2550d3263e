// What a cluster's nodes make of the inventory, and when a node that fails counts as failed.
#include "kubernetes/node_gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();
const KubernetesOptions plain;

NodeSight node_of(int gpus) {
    NodeSight node;
    node.name = "gpu-1";
    node.labels = {{"kubernetes.io/hostname", "gpu-1"},
                   {"nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB"},
                   {"nvidia.com/gpu.memory", "81920"},
                   {"nvidia.com/gpu.count", "4"},
                   {"nvidia.com/cuda.driver.major", "550"},
                   {"topology.kubernetes.io/zone", "b"},
                   {"dc.example.com/rack", "r7"},
                   {"example.com/tracks", "3"},
                   {"berth.dev/managed", "true"},
                   {"berth.dev/pool", "night"}};
    node.gpus = gpus;
    node.allocatable = gpus;
    node.is_ready = true;
    return node;
}

NodeSight not_ready(NodeSight node, Instant since) {
    node.is_ready = false;
    node.not_ready_since = since;
    node.taints.push_back({.key = "node.kubernetes.io/not-ready", .effect = "NoExecute"});
    return node;
}

long healthy(const WatchedNode& node, Instant now, const KubernetesOptions& options = plain) {
    const auto gpus = gpus_of(node, options, now);
    return std::ranges::count(gpus, Health::healthy, &GpuSpec::health);
}

TEST(NodeGpus, a_node_declares_its_gpus_as_people_book_them) {
    const auto gpus = gpus_of(watch_on(nullptr, node_of(4), noon), plain, noon);
    ASSERT_EQ(gpus.size(), 4U);
    EXPECT_EQ(gpu_id(gpus[3]), "gpu-1/3");
    EXPECT_EQ(gpus[3].model, "A100");
    EXPECT_EQ(gpus[3].memory_gb, 80);
    EXPECT_EQ(gpus[3].health, Health::healthy);
    EXPECT_THAT(
        gpus[3].labels,
        testing::ElementsAre(testing::Pair("berth.dev/pool", "night"),
                             testing::Pair("dc.example.com/rack", "r7"),
                             testing::Pair("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB"),
                             testing::Pair("topology.kubernetes.io/zone", "b")));
}

TEST(NodeGpus, gpus_beyond_what_is_allocatable_are_unready) {
    NodeSight node = node_of(4);
    node.allocatable = 3;
    const auto gpus = gpus_of(watch_on(nullptr, node, noon), plain, noon);
    EXPECT_EQ(gpus[2].health, Health::healthy);
    EXPECT_EQ(gpus[3].health, Health::unready);
}

TEST(NodeGpus, a_node_that_is_away_for_seconds_keeps_its_gpus) {
    const WatchedNode before = watch_on(nullptr, node_of(4), noon);
    const WatchedNode away = watch_on(&before, not_ready(node_of(4), noon), noon + 1s);
    EXPECT_EQ(settles_at(away), noon + 40s);
    EXPECT_EQ(healthy(away, noon + 39s), 4);
    const WatchedNode back = watch_on(&away, node_of(4), noon + 39s);
    EXPECT_EQ(settles_at(back), std::nullopt);
    EXPECT_EQ(healthy(back, noon + 1h), 4);
}

TEST(NodeGpus, a_node_that_stays_away_loses_them_and_has_them_again_at_once) {
    const WatchedNode before = watch_on(nullptr, node_of(4), noon);
    const WatchedNode away = watch_on(&before, not_ready(node_of(4), noon), noon + 1s);
    EXPECT_EQ(healthy(away, noon + 40s), 0);
    // Nothing it says while it is away begins the wait anew.
    const WatchedNode still = watch_on(&away, not_ready(node_of(4), noon + 50s), noon + 50s);
    EXPECT_EQ(healthy(still, noon + 51s), 0);
    EXPECT_EQ(healthy(watch_on(&still, node_of(4), noon + 60s), noon + 60s), 4);
}

TEST(NodeGpus, a_device_plugin_that_starts_anew_moves_nothing) {
    const WatchedNode before = watch_on(nullptr, node_of(4), noon);
    NodeSight without = node_of(4);
    without.allocatable = 0;
    const WatchedNode restarting = watch_on(&before, without, noon);
    EXPECT_EQ(healthy(restarting, noon + 39s), 4);
    EXPECT_EQ(healthy(restarting, noon + 40s), 0);
}

TEST(NodeGpus, a_clock_that_is_set_back_prolongs_the_wait_but_does_not_end_the_looking) {
    const WatchedNode before = watch_on(nullptr, node_of(4), noon);
    const WatchedNode away = watch_on(&before, not_ready(node_of(4), noon), noon + 1s);
    EXPECT_EQ(until_settled(away, noon + 1s), Duration(39s));
    EXPECT_EQ(until_settled(away, noon + 40s), std::nullopt);
    // When those 39 seconds are over it is an hour earlier.
    const Instant set_back = noon - 1h;
    const WatchedNode again = watch_on(&away, away.sight, set_back);
    EXPECT_EQ(healthy(again, set_back), 4);
    EXPECT_EQ(until_settled(again, set_back), Duration(40s));
    EXPECT_EQ(healthy(again, set_back + 40s), 0);
    EXPECT_EQ(until_settled(again, set_back + 40s), std::nullopt);
}

TEST(NodeGpus, a_broken_gpu_is_no_room_but_a_device_plugin_that_starts_anew_takes_none) {
    NodeSight node = node_of(4);
    const WatchedNode before = watch_on(nullptr, node, noon);
    EXPECT_EQ(allocatable_gpus(before, noon), 4);
    node.allocatable = 3;
    const WatchedNode broken = watch_on(&before, node, noon);
    EXPECT_EQ(allocatable_gpus(broken, noon + 39s), 4);
    EXPECT_EQ(allocatable_gpus(broken, noon + 40s), 3);
    // Nobody has to go because others may not come.
    node.is_cordoned = true;
    EXPECT_EQ(allocatable_gpus(watch_on(&broken, node, noon), noon + 40s), 3);
}

TEST(NodeGpus, a_node_that_was_away_when_the_server_began_is_judged_by_its_condition) {
    EXPECT_EQ(healthy(watch_on(nullptr, not_ready(node_of(4), noon - 1h), noon), noon), 0);
    EXPECT_EQ(healthy(watch_on(nullptr, not_ready(node_of(4), noon - 5s), noon), noon), 4);
    // Its clock is ahead of ours: the first look counts.
    EXPECT_EQ(healthy(watch_on(nullptr, not_ready(node_of(4), noon + 1h), noon), noon + 40s), 0);
}

TEST(NodeGpus, a_gpu_that_broke_before_the_server_began_is_not_booked_for_a_while_again) {
    NodeSight node = node_of(4);
    node.allocatable = 3;
    const WatchedNode watched = watch_on(nullptr, node, noon);
    EXPECT_EQ(healthy(watched, noon), 3);
    EXPECT_EQ(gpus_of(watched, plain, noon)[2].unready_because, "");
    EXPECT_EQ(gpus_of(watched, plain, noon)[3].unready_because, "gpu-1 offers 3 of its 4 GPUs");
}

TEST(NodeGpus, a_cordon_counts_at_once) {
    NodeSight node = node_of(4);
    const WatchedNode before = watch_on(nullptr, node, noon);
    node.is_cordoned = true;
    EXPECT_EQ(healthy(watch_on(&before, node, noon), noon), 0);
    EXPECT_EQ(why_unusable(node, plain), "is cordoned");
    EXPECT_EQ(gpus_of(watch_on(&before, node, noon), plain, noon)[3].unready_because,
              "gpu-1 is cordoned");
}

TEST(NodeGpus, a_taint_that_pods_do_not_tolerate_takes_its_gpus) {
    NodeSight node = node_of(4);
    node.taints = {{.key = "berth.dev/reserved", .effect = "NoSchedule"}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon), 4);  // Berth's own mark
    node.taints = {{.key = "team", .value = "vision", .effect = "NoSchedule"}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon), 0);
    EXPECT_EQ(why_unusable(node, plain),
              "has the taint team=vision:NoSchedule, which launch.kubernetes.tolerations does "
              "not name");
    KubernetesOptions tolerant;
    tolerant.tolerations = {{.key = "team", .value = "vision"}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon, tolerant), 4);
    tolerant.tolerations = {{.key = "team", .value = "speech"}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon, tolerant), 0);
    tolerant.tolerations = {{.key = {}, .exists = true}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon, tolerant), 4);
    tolerant.tolerations = {{.key = "team", .effect = "NoExecute", .exists = true}};
    EXPECT_EQ(healthy(watch_on(nullptr, node, noon), noon, tolerant), 0);
}

TEST(NodeGpus, nodes_are_ordered_as_people_count_them) {
    std::vector<std::string> names{"gpu-10", "gpu-2", "gpu-02", "a", "gpu-2b", "gpu"};
    std::ranges::sort(names, NaturalOrder());
    EXPECT_THAT(names, testing::ElementsAre("a", "gpu", "gpu-02", "gpu-2", "gpu-2b", "gpu-10"));
}

}  // namespace
}  // namespace berth::test
