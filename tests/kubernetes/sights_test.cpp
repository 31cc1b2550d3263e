#include "kubernetes/sights.hpp"

#include <gmock/gmock.h>

#include "kubernetes/names.hpp"
#include "seen.hpp"

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Instant at(const char* text) {
    return *parse_rfc3339(text);
}

TEST(PodSights, a_running_pod_tells_its_attempt_its_node_and_since_when) {
    const PodSight pod = seen::pod("berth-r-1-1");
    EXPECT_EQ(attempt_in(pod.labels), (AttemptId{{.number = 1}, 1}));
    EXPECT_EQ(pod.owner, "Job berth-r-1-1");
    EXPECT_FALSE(pod.job_uid.empty());
    EXPECT_EQ(pod.node, "gpu-1");
    EXPECT_EQ(pod.gpus, 2);
    EXPECT_EQ(pod.phase, "Running");
    EXPECT_EQ(pod.running_since, at("2026-11-26T21:09:16Z"));
    EXPECT_FALSE(pod.waiting);
    EXPECT_FALSE(pod.end);
}

TEST(PodSights, keep_berths_annotations_but_not_the_workload) {
    const PodSight pod = seen::pod("berth-r-5-1");
    EXPECT_EQ(pod.annotations.at(annotation::owner), "alice");
    EXPECT_FALSE(pod.annotations.contains(annotation::workload));
    EXPECT_FALSE(pod.annotations.contains("volcano.sh/job-name"));
}

TEST(PodSights, a_failed_pod_tells_its_exit_code_and_last_lines) {
    const PodSight pod = seen::pod("berth-r-20-1");
    ASSERT_TRUE(pod.end);
    EXPECT_EQ(pod.end->exit_code, 3);
    EXPECT_EQ(pod.end->reason, "Error");
    EXPECT_EQ(pod.end->message, "epoch 1\nCUDA out of memory\n");
    EXPECT_EQ(pod.end->finished_at, at("2026-11-26T21:09:22Z"));
    EXPECT_EQ(pod.running_since, at("2026-11-26T21:09:22Z"));
}

TEST(PodSights, a_waiting_container_tells_why) {
    const PodSight pod = seen::pod("berth-r-21-1-rank");
    ASSERT_TRUE(pod.waiting);
    EXPECT_EQ(pod.waiting->reason, "ImagePullBackOff");
    EXPECT_THAT(pod.waiting->message, HasSubstr("no such host"));
    EXPECT_EQ(pod.image, "registry.invalid/team/yolo:1");
}

TEST(PodSights, remember_when_a_deletion_began) {
    // Its node moves the deletion's time when the pod is over.
    PodSight pod;
    for (const auto& state : seen::all("deleted_pod.json")) {
        const PodSight before = std::move(pod);
        pod = pod_sight(state.as_object(), "nvidia.com/gpu", &before);
    }
    EXPECT_EQ(pod.deletion_began_at, at("2026-11-26T21:18:53Z"));
    ASSERT_TRUE(pod.end);
    EXPECT_EQ(pod.end->exit_code, 75);
}

TEST(JobSights, tell_volcanos_phase_and_the_size_of_the_gang) {
    const JobSight job = seen::job("berth-r-8-1");
    EXPECT_EQ(job.phase, "Pending");
    EXPECT_EQ(job.pods, 8);
    EXPECT_EQ(job.annotations.at(annotation::ends_at), "2030-03-17T17:46:40Z");
    EXPECT_EQ(seen::job("berth-r-1-1").phase, "Terminated");
}

TEST(PodGroupSights, tell_whose_they_are) {
    const PodGroupSight group = seen::group("berth-r-8-1");
    EXPECT_EQ(group.phase, "Pending");
    EXPECT_EQ(group.job_uid, seen::job("berth-r-8-1").uid);
    ASSERT_EQ(group.conditions.size(), 1U);
    EXPECT_EQ(group.conditions[0].reason, "NotEnoughResources");
}

TEST(NodeSights, tell_gpus_readiness_and_images) {
    const NodeSight node = seen::node("127.0.0.2");
    EXPECT_EQ(node.address, "127.0.0.2");
    EXPECT_EQ(node.gpus, 4);
    EXPECT_EQ(node.allocatable, 4);
    EXPECT_TRUE(node.is_ready);
    EXPECT_FALSE(node.not_ready_since);
    EXPECT_THAT(node.images, ElementsAre("sim.test/box:1", "sim.test/pause:1"));
}

TEST(NodeSights, a_cordon_is_not_told_as_a_taint) {
    EXPECT_TRUE(seen::node("gpu-5").is_cordoned);
    EXPECT_THAT(seen::node("gpu-5").taints, IsEmpty());
    const NodeSight tainted = seen::node("gpu-4");
    ASSERT_EQ(tainted.taints.size(), 1U);
    EXPECT_EQ(tainted.taints[0].key, "owner");
    EXPECT_EQ(tainted.taints[0].value, "ops");
}

TEST(NodeSights, the_label_remembers_gpus_whose_plugin_is_away) {
    const auto node = boost::json::parse(R"({
        "metadata": {"name": "n", "labels": {"nvidia.com/gpu.count": "8"}},
        "status": {"capacity": {"nvidia.com/gpu": "0"}, "conditions": [
            {"type": "Ready", "status": "Unknown", "lastTransitionTime": "2026-11-30T20:00:00Z"}]}
    })");
    const NodeSight sight = node_sight(node.as_object(), "nvidia.com/gpu");
    EXPECT_EQ(sight.gpus, 8);
    EXPECT_EQ(sight.allocatable, 0);
    EXPECT_EQ(sight.address, "n");
    EXPECT_FALSE(sight.is_ready);
    EXPECT_EQ(sight.not_ready_since, at("2026-11-30T20:00:00Z"));
}

TEST(EventSights, tell_what_they_are_about) {
    const EventSight event = seen::event("berth-r-9-1");
    EXPECT_EQ(event.kind, "Job");
    EXPECT_EQ(event.name, "berth-r-9-1");
    EXPECT_EQ(event.reason, "FailedCreate");
    EXPECT_TRUE(event.at);
}

TEST(Sights, of_strange_objects_are_as_if_nothing_were_said) {
    for (const char* text :
         {"{}", R"({"metadata": null, "spec": 3, "status": []})",
          R"({"metadata": {"name": 7, "labels": ["x"], "ownerReferences": [null, 1]},
              "spec": {"containers": {}, "minAvailable": "many", "taints": [3]},
              "status": {"phase": {}, "containerStatuses": ["x"], "conditions": {"a": 1},
                         "capacity": {"nvidia.com/gpu": "4k"}, "images": [{"names": [1]}]}})"}) {
        const auto object = boost::json::parse(text).as_object();
        const PodSight pod = pod_sight(object, "nvidia.com/gpu");
        EXPECT_EQ(pod.name, "");
        EXPECT_EQ(pod.gpus, 0);
        EXPECT_EQ(job_sight(object).pods, 0);
        EXPECT_EQ(pod_group_sight(object).phase, "");
        EXPECT_EQ(node_sight(object, "nvidia.com/gpu").gpus, 0);
        EXPECT_EQ(event_sight(object).message, "");
    }
}

}  // namespace
}  // namespace berth
