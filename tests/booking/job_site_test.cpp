// What a site can run: containers belong to clusters, and their names follow the cluster's rules.
#include "booking/job_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {

namespace {

using testing::HasSubstr;

const JobSite machine{.runs_on = RunsOn::processes, .image = {}};
const JobSite cluster{.runs_on = RunsOn::kubernetes, .image = "yolo:8.3"};
const JobSite bare_cluster{.runs_on = RunsOn::kubernetes, .image = {}};

Workload a_command() {
    Workload workload;
    workload.argv = {"python3", "train.py"};
    return workload;
}

template <class Change>
Workload changed(Change change) {
    Workload workload = a_command();
    change(workload);
    return workload;
}

void expect_misfit(const Workload& workload, const JobSite& site, const std::string& field,
                   const std::string& words) {
    const auto found = misfit(workload, site);
    ASSERT_TRUE(found) << field;
    EXPECT_EQ(found->field, field);
    EXPECT_THAT(found->message, HasSubstr(words));
}

Workload with_volumes(std::vector<WorkloadVolume> volumes) {
    return changed([&](Workload& workload) { workload.volumes = std::move(volumes); });
}

TEST(JobSite, a_machine_runs_processes_and_refuses_what_containers_have) {
    EXPECT_FALSE(misfit(a_command(), machine));
    const char* words = "leave out";
    expect_misfit(changed([](auto& w) { w.image = "yolo"; }), machine, "workload.image", words);
    expect_misfit(with_volumes({{"coco", "/data", true}}), machine, "workload.volumes", words);
    expect_misfit(changed([](auto& w) { w.secrets = {"wandb"}; }), machine, "workload.secrets",
                  words);
    expect_misfit(changed([](auto& w) { w.nodes = 2; }), machine, "workload.nodes", words);
    expect_misfit(changed([](auto& w) { w.gpus_per_node = 2; }), machine, "workload.gpus_per_node",
                  words);
}

TEST(JobSite, on_a_cluster_the_image_is_the_workloads_or_the_sites) {
    EXPECT_FALSE(misfit(a_command(), cluster));
    EXPECT_FALSE(misfit(changed([](auto& w) { w.image = "own:1"; }), bare_cluster));
    expect_misfit(a_command(), bare_cluster, "workload.image", "name one, such as");
    expect_misfit(changed([](auto& w) { w.image = "My Image"; }), cluster, "workload.image",
                  "is no image");
}

TEST(JobSite, volumes_have_a_claim_and_a_place_of_their_own) {
    EXPECT_FALSE(
        misfit(with_volumes({{"coco", "/data", true}, {"coco.v2", "/data2", false}}), cluster));
    expect_misfit(with_volumes({{"Coco", "/data", true}}), cluster, "workload.volumes.0.claim",
                  "no volume claim's name");
    for (const char* mount : {"", "data", "/", "/data/", "/a//b", "/a/../etc", "/a:b"}) {
        expect_misfit(with_volumes({{"coco", mount, false}}), cluster, "workload.volumes.0.mount",
                      "a whole path");
    }
    for (const char* mount : {"/etc/berth", "/etc", "/berth/x", "/dev/shm", "/dev"}) {
        expect_misfit(with_volumes({{"coco", mount, false}}), cluster, "workload.volumes.0.mount",
                      "mount the claim elsewhere");
    }
    expect_misfit(with_volumes({{"a", "/data", true}, {"b", "/data", true}}), cluster,
                  "workload.volumes.1.mount", "two volumes");
}

TEST(JobSite, names_and_counts_are_such_as_the_cluster_takes) {
    expect_misfit(changed([](auto& w) { w.secrets = {"wandb", "wandb=123"}; }), cluster,
                  "workload.secrets.1", "never what it holds");
    expect_misfit(changed([](auto& w) { w.env = {{"1ST", "x"}}; }), cluster, "workload.env",
                  "\"1ST\" is no variable's name");
    expect_misfit(changed([](auto& w) { w.nodes = 0; }), cluster, "workload.nodes", "at least 1");
    expect_misfit(changed([](auto& w) { w.gpus_per_node = 0; }), cluster, "workload.gpus_per_node",
                  "at least 1");
    expect_misfit(changed([](auto& w) { w.workdir = "src"; }), cluster, "workload.workdir",
                  "its whole path");
    EXPECT_FALSE(misfit(changed([](auto& w) { w.workdir = "/workspace"; }), cluster));
}

}  // namespace

}  // namespace berth
