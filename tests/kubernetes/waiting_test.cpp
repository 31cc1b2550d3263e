// What stands in the way of a started slot, in words for its owner.
#include "assessment_fixture.hpp"

namespace berth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using WaitingTest = AssessmentTest;

// What the scheduler says on any busy cluster, whatever keeps this pod.
constexpr auto noise =
    "0/9 nodes are unavailable: 1 Insufficient cpu, 1 node(s) were unschedulable, 7 node(s) didn't "
    "match Pod's node affinity/selector.";

TEST_F(WaitingTest, nothing_is_said_while_nothing_is_wrong) {
    gang(1, "Pending");
    EXPECT_THAT(explain_waiting(sight_), IsEmpty());
    waiting("ContainerCreating", "");
    EXPECT_THAT(explain_waiting(sight_), IsEmpty());
    EXPECT_THAT(describe_preparing(sight_), HasSubstr("gpu-0 is pulling the image team/yolo:1"));
    EXPECT_EQ(status().phase, Phase::waiting);
}

TEST_F(WaitingTest, a_gang_that_does_not_fit_is_explained) {
    job_ = seen::job("berth-r-8-1");
    group_ = seen::group("berth-r-8-1");
    sight_.job = &job_;
    sight_.group = &group_;
    for (int i = 0; i < 8; ++i) node("gpu-" + std::to_string(i));
    EXPECT_EQ(status().phase, Phase::waiting);
    EXPECT_THAT(status().waiting_for, HasSubstr("before making its 8 pods"));
}

TEST_F(WaitingTest, a_gang_without_pods_names_the_node_that_is_away) {
    gang(2, "Pending");
    group_.phase = "Pending";
    sight_.group = &group_;
    node("gpu-0");
    node("gpu-1").is_ready = false;
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-1 is not ready"));
}

TEST_F(WaitingTest, a_quota_that_keeps_pods_out_is_named) {
    job_ = seen::job("berth-r-9-1");
    group_ = seen::group("berth-r-9-1");
    sight_.job = &job_;
    sight_.group = &group_;
    EXPECT_THAT(explain_waiting(sight_), IsEmpty());
    const EventSight event = seen::event("berth-r-9-1");
    sight_.warnings = {&event};
    EXPECT_THAT(explain_waiting(sight_),
                AllOf(HasSubstr("quota \"gpus\""), HasSubstr("used: requests.nvidia.com/gpu=14"),
                      Not(HasSubstr("errors.StatusError"))));
}

TEST_F(WaitingTest, refusals_of_the_cluster_are_told_with_what_to_do) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"(failed calling webhook "mutatepod.volcano.sh": connection refused)",
         "webhook mutatepod.volcano.sh does not answer"},
        {R"(pods "x" is forbidden: no PriorityClass with name berth-p0 was found)",
         "launch.kubernetes.priority_classes"},
        {R"(admission webhook "validatejob.volcano.sh" denied the request: unable to find job queue: queues "q" not found)",
         "launch.kubernetes.queue"},
        {"can only submit job to leaf queue, queue `q` has 2 child queues",
         "launch.kubernetes.queue"},
        {R"(namespaces "teams" not found)", "no namespace \"teams\""},
        {R"(error looking up service account a/b: serviceaccount "b" not found)",
         "no service account \"b\""},
        {R"(jobs.batch.volcano.sh is forbidden: User "x" cannot create resource "jobs")",
         "lacks a permission"},
        {R"(pods "x" is forbidden: violates PodSecurity "restricted:latest": hostNetwork)",
         "pod security level"},
        {"the moon is full", "refuses the job's pods: the moon is full."}};
    for (const auto& [said, words] : cases) EXPECT_THAT(explain_refusal(said), HasSubstr(words));
}

TEST_F(WaitingTest, a_full_node_is_told_with_who_sits_there) {
    gang(1, "Pending");
    unplaced("0/9 nodes are unavailable: 1 Insufficient nvidia.com/gpu, 8 node(s) didn't match.");
    PodSight other;
    other.namespace_name = "sandbox";
    other.name = "notebook";
    other.node = "gpu-0";
    other.gpus = 3;
    sight_.neighbours = {&other};
    EXPECT_THAT(status().waiting_for,
                AllOf(HasSubstr("The GPUs of gpu-0 are in use by sandbox/notebook (3 GPUs)"),
                      HasSubstr("as soon as 2 of its 4 GPUs are free")));
}

TEST_F(WaitingTest, what_a_node_lacks_is_named_where_nobody_is_known_there) {
    const PodSight seen = seen::pod("berth-r-2-1");
    sight_.pods = {&seen};
    node("gpu-1");
    EXPECT_THAT(explain_waiting(sight_),
                AllOf(HasSubstr("gpu-1 has too little free"), HasSubstr("nvidia.com/gpu"),
                      HasSubstr("kubectl describe node gpu-1")));
}

TEST_F(WaitingTest, a_node_that_lost_gpus_is_told) {
    gang(1, "Pending");
    unplaced("0/9 nodes are unavailable: 1 Insufficient nvidia.com/gpu.");
    nodes_.front().allocatable = 1;
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-0 offers 1 of its 4 GPUs now"));
}

TEST_F(WaitingTest, a_taint_is_named) {
    const PodSight pod = seen::pod("berth-r-5-1");
    const NodeSight node = seen::node("gpu-4");
    sight_.pods = {&pod};
    sight_.nodes = {&node};
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-4 is tainted with owner=ops:NoSchedule"));
}

TEST_F(WaitingTest, a_cordoned_node_is_told) {
    const PodSight pod = seen::pod("berth-r-6-1");
    const NodeSight node = seen::node("gpu-5");
    sight_.pods = {&pod};
    sight_.nodes = {&node};
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-5 is cordoned"));
}

TEST_F(WaitingTest, a_node_that_left_is_told) {
    const PodSight pod = seen::pod("berth-r-3-1");
    sight_.pods = {&pod};
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("nope is not in the cluster any more"));
}

TEST_F(WaitingTest, a_claim_that_is_missing_is_named) {
    const PodSight pod = seen::pod("berth-r-4-1");
    sight_.pods = {&pod};
    node("gpu-3");
    EXPECT_THAT(explain_waiting(sight_),
                HasSubstr("no volume claim \"no-such-claim\" in the namespace default"));
}

TEST_F(WaitingTest, claims_that_cannot_be_used_are_told_apart) {
    gang(1, "Pending");
    PodSight& pod = unplaced("x");
    const auto said = [&](const std::string& message) {
        pod.conditions.front().message = message;
        return explain_waiting(sight_);
    };
    EXPECT_THAT(said("pod has unbound immediate PersistentVolumeClaims"),
                HasSubstr("has no volume yet"));
    EXPECT_THAT(said("1 node(s) had volume node affinity conflict"),
                HasSubstr("cannot be reached from gpu-0"));
    EXPECT_THAT(said("persistentvolumeclaim \"data\" is being deleted"),
                HasSubstr("\"data\" is being deleted"));
}

TEST_F(WaitingTest, claims_of_devices_that_get_none_are_told_apart) {
    gang(1, "Pending");
    PodSight& pod = unplaced("x");
    const auto said = [&](const std::string& message) {
        pod.conditions.front().message = message;
        return explain_waiting(sight_);
    };
    EXPECT_THAT(said("0/2 nodes are unavailable: 1 cannot allocate all claims, 1 node(s) didn't "
                     "match Pod's node affinity/selector."),
                HasSubstr("reserved on gpu-0 is held by another claim"));
    EXPECT_THAT(said("resourceclaim \"berth-r-1-1-gpus-0\" not found"),
                HasSubstr("Somebody deleted the claim"));
    EXPECT_THAT(said("request gpu-1: device class gpu.nvidia.com does not exist"),
                HasSubstr("no device class \"gpu.nvidia.com\""));
}

TEST_F(WaitingTest, every_node_of_which_volcano_misses_a_device_is_named) {
    gang(2, "Pending");
    unplaced("0/2 nodes are unavailable: 1 cannot allocate all claims.");
    unplaced("0/2 nodes are unavailable: 1 cannot allocate all claims.");
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("on gpu-0 or gpu-1 is held by another claim"));
}

TEST_F(WaitingTest, the_pod_that_keeps_the_gang_waiting_is_explained_not_its_peers) {
    gang(2, "Pending");
    unplaced("Pod berth-jobs/berth-r-1-1-rank-0-0 can possibly be assigned to gpu-0");
    unplaced(noise);
    nodes_.back().is_cordoned = true;
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-1 is cordoned"));
}

TEST_F(WaitingTest, leavers_are_waited_for) {
    gang(1, "Pending");
    unplaced("Pod x can possibly be assigned to gpu-0, once resource is released");
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("still leaving its GPUs"));
}

TEST_F(WaitingTest, an_image_whose_registry_is_out_of_reach_is_told) {
    const PodSight pod = seen::pod("berth-r-21-1-rank");
    sight_.pods = {&pod};
    EXPECT_THAT(explain_waiting(sight_),
                HasSubstr("The image registry.invalid/team/yolo:1 cannot be pulled on 127.0.0.2: "
                          "the node does not reach the registry (no such host)"));
}

TEST_F(WaitingTest, reasons_why_an_image_cannot_be_pulled_are_told_apart) {
    gang(1, "Pending");
    PodSight& pod = waiting("ErrImagePull", "");
    const auto said = [&](const std::string& message) {
        pod.waiting->message = message;
        return explain_waiting(sight_);
    };
    EXPECT_EQ(said("failed to resolve reference \"team/yolo:1\": team/yolo:1: not found"),
              "The image team/yolo:1 cannot be pulled on gpu-0: not found. Check its name, or that "
              "the pull secret may read it.");
    EXPECT_THAT(said("pull access denied, repository does not exist or may require authorization"),
                HasSubstr("the registry refuses it"));
    EXPECT_THAT(said("unexpected status: 429 Too Many Requests"), HasSubstr("too much was pulled"));
    EXPECT_THAT(said("write /var/lib: no space left on device"), HasSubstr("disk is full"));
    EXPECT_THAT(said(""), HasSubstr("gives no reason yet"));
}

TEST_F(WaitingTest, a_name_that_no_image_can_have_is_told) {
    const PodSight pod = seen::pod("berth-r-22-1");
    sight_.pods = {&pod};
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("\"Bad Name\" is not a valid name"));
}

TEST_F(WaitingTest, a_secret_that_is_missing_is_named) {
    gang(1, "Pending");
    waiting("CreateContainerConfigError", "secret \"wandb\" not found");
    EXPECT_THAT(explain_waiting(sight_),
                HasSubstr("no secret \"wandb\" in the namespace berth-jobs"));
}

TEST_F(WaitingTest, a_container_that_cannot_be_made_is_told) {
    gang(1, "Pending");
    waiting("CreateContainerError", "mkdir /x: read-only file system");
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("mkdir /x: read-only file system"));
}

TEST_F(WaitingTest, what_only_events_tell_of_a_pod_is_told) {
    gang(1, "Pending");
    const PodSight& pod = waiting("ContainerCreating", "");
    warn("Pod", pod.name, "FailedMount",
         "MountVolume.SetUp failed:\n mount failed: exit status 32");
    EXPECT_THAT(explain_waiting(sight_),
                HasSubstr("cannot be mounted on gpu-0: MountVolume.SetUp failed: mount failed"));
    warn("Pod", pod.name, "FailedCreatePodSandBox", seen::event("berth-r-21-1").message);
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("cannot make the pod's sandbox"));
    warn("Pod", pod.name, "FailedPrepareDynamicResources",
         "Failed to prepare dynamic resources: ResourceClaim berth-r-1-1-gpus-0: not allocated");
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("Volcano's scheduler has to be told"));
    warn("Pod", "another", "FailedMount", "not ours");
    EXPECT_THAT(explain_waiting(sight_), Not(HasSubstr("not ours")));
}

TEST_F(WaitingTest, a_node_that_went_away_under_a_placed_pod_is_told) {
    gang(1, "Pending");
    waiting("ContainerCreating", "");
    nodes_.front().is_ready = false;
    EXPECT_THAT(explain_waiting(sight_), HasSubstr("gpu-0 is not ready"));
}

TEST_F(WaitingTest, a_gang_waits_until_all_its_pods_run) {
    gang(2, "Pending");
    running();
    waiting("ErrImagePull", "not found");
    EXPECT_EQ(status().phase, Phase::waiting);
    EXPECT_THAT(status().waiting_for, HasSubstr("gpu-1"));
}

}  // namespace
}  // namespace berth
