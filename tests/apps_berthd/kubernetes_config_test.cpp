// A cluster as an operator names it: what it becomes, and what is said about a mistake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "apps/berthd/config.hpp"

namespace berth {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using namespace std::chrono_literals;

class KubernetesConfigTest : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    std::expected<Config, std::string> read_all(const std::string& text) {
        std::ofstream(file_) << text;
        return read_config(file_);
    }
    // `keys`: what stands under launch.kubernetes beside the address.
    std::expected<Config, std::string> read(const std::string& keys, const std::string& rest = "") {
        return read_all("launch: {kubernetes: {url: 'http://10.0.0.5:8420'" +
                        (keys.empty() ? "" : ", " + keys) + "}}\n" + rest);
    }
    KubernetesOptions options(const std::string& keys) {
        const Config config = read(keys).value();
        return kubernetes_options(*config.launch.kubernetes, "http://127.0.0.1:8420", 45s, "/data");
    }
    std::string mistake(const std::string& keys, const std::string& rest = "") {
        const auto config = read(keys, rest);
        return config ? "no mistake" : config.error();
    }
    std::string mistake_in_all(const std::string& text) {
        const auto config = read_all(text);
        return config ? "no mistake" : config.error();
    }

private:
    std::filesystem::path file_ =
        std::filesystem::path(testing::TempDir()) / ("cluster-" + std::to_string(::getpid()));
};

TEST_F(KubernetesConfigTest, only_whole_nodes_are_promised_by_name_where_gpus_are_counted) {
    EXPECT_EQ(make_policy(read("").value()).named_gpus, NamedGpus::whole_nodes);
    EXPECT_EQ(make_policy(read("devices: claimed").value()).named_gpus, NamedGpus::any);
    EXPECT_EQ(make_policy(read_all("fleet: {nodes: [{name: a, gpus: 1}]}").value()).named_gpus,
              NamedGpus::any);
}

TEST_F(KubernetesConfigTest, an_address_is_enough_and_the_rest_is_as_documented) {
    const KubernetesOptions cluster = options("");
    EXPECT_EQ(cluster.berth_url, "http://10.0.0.5:8420");
    EXPECT_EQ(cluster.site, "berth");
    EXPECT_EQ(cluster.namespace_name, "berth-jobs");
    EXPECT_EQ(cluster.queue, "default");
    EXPECT_EQ(cluster.resource, "nvidia.com/gpu");
    EXPECT_EQ(cluster.node_selector, "nvidia.com/gpu.present=true");
    EXPECT_EQ(cluster.image, std::nullopt);
    EXPECT_EQ(cluster.fs_group, std::nullopt);
    EXPECT_EQ(cluster.shm_gb, 8);
    EXPECT_EQ(cluster.prepares_ahead, 10min);
    EXPECT_EQ(cluster.gives_up_after, 30min);
    EXPECT_EQ(cluster.node_is_lost_after, 5min);
    EXPECT_TRUE(cluster.reads_devices);
    EXPECT_EQ(cluster.occupants, KubernetesOptions::Occupants::report);
    EXPECT_EQ(cluster.devices, KubernetesOptions::Devices::counted);
    EXPECT_EQ(cluster.grace, 45s);
    EXPECT_EQ(cluster.attempts_folder, "/data/attempts");
}

TEST_F(KubernetesConfigTest, every_key_reaches_the_launcher) {
    const KubernetesOptions cluster = options(R"(
site: gpu, job_namespace: jobs, team_namespaces: {vision: vision-jobs}, queue: q,
team_queues: {vision: vq}, priority_classes: {P0: urgent, P3: whenever}, service_account: trainer,
image: 'registry.example.org:5000/yolo:8.3', image_pull_secrets: [registry], resource: example.org/gpu,
node_selector: pool=gpu, tolerations: [{key: gpu, value: 'yes', effect: NoSchedule}, {key: any}],
host_network: true, fs_group: 2000, shm_gb: 0, cpus_per_gpu: 4.5, memory_gb_per_gpu: 32, work_claim: work,
work_folder: /srv/work, prepares_ahead_minutes: 0, gives_up_after_minutes: 5,
node_is_lost_after_minutes: 2, reads_devices: false, occupants: remove, devices: claimed,
device_class: gpus.example.org)");
    EXPECT_EQ(cluster.site, "gpu");
    EXPECT_EQ(namespace_of(cluster, "vision"), "vision-jobs");
    EXPECT_EQ(namespace_of(cluster, "speech"), "jobs");
    EXPECT_EQ(queue_of(cluster, "vision"), "vq");
    EXPECT_EQ(queue_of(cluster, "speech"), "q");
    EXPECT_THAT(cluster.priority_classes,
                ElementsAre(Pair(Priority::P0, "urgent"), Pair(Priority::P3, "whenever")));
    EXPECT_EQ(cluster.service_account, "trainer");
    EXPECT_EQ(cluster.image, "registry.example.org:5000/yolo:8.3");
    EXPECT_THAT(cluster.image_pull_secrets, ElementsAre("registry"));
    EXPECT_EQ(cluster.resource, "example.org/gpu");
    EXPECT_EQ(cluster.node_selector, "pool=gpu");
    ASSERT_EQ(cluster.tolerations.size(), 2U);
    EXPECT_EQ(cluster.tolerations[0].value, "yes");
    EXPECT_EQ(cluster.tolerations[0].effect, "NoSchedule");
    EXPECT_FALSE(cluster.tolerations[0].exists);
    EXPECT_TRUE(cluster.tolerations[1].exists);
    EXPECT_TRUE(cluster.host_network);
    EXPECT_EQ(cluster.fs_group, 2000);
    EXPECT_EQ(cluster.shm_gb, 0);
    EXPECT_EQ(cluster.cpus_per_gpu, 4.5);
    EXPECT_EQ(cluster.memory_gb_per_gpu, 32);
    EXPECT_EQ(cluster.work_claim, "work");
    EXPECT_EQ(cluster.work_folder, "/srv/work");
    EXPECT_EQ(cluster.prepares_ahead, 0min);
    EXPECT_EQ(cluster.gives_up_after, 5min);
    EXPECT_EQ(cluster.node_is_lost_after, 2min);
    EXPECT_FALSE(cluster.reads_devices);
    EXPECT_EQ(cluster.occupants, KubernetesOptions::Occupants::remove);
    EXPECT_EQ(cluster.devices, KubernetesOptions::Devices::claimed);
    EXPECT_EQ(cluster.device_class, "gpus.example.org");
}

TEST_F(KubernetesConfigTest, the_clusters_nodes_are_the_fleet_and_their_image_has_the_trainer) {
    EXPECT_THAT(mistake("", "fleet: {nodes: [{name: node1, gpus: 4}]}"), HasSubstr("remove fleet"));
    EXPECT_THAT(mistake("", "fleet: {detect: true}"), HasSubstr("remove fleet"));
    EXPECT_THAT(mistake_in_all("launch: {yolo: berth-yolo, kubernetes: {url: 'http://a:1'}}"),
                HasSubstr("remove launch.yolo"));
}

TEST_F(KubernetesConfigTest, pods_must_be_told_where_they_reach_the_server) {
    EXPECT_THAT(mistake_in_all("launch: {kubernetes: {}}"),
                HasSubstr("launch.kubernetes.url is missing"));
    EXPECT_THAT(mistake_in_all("launch: {kubernetes: {url: berth.example.org}}"),
                HasSubstr("write one such as https://berth.example.org"));
    EXPECT_EQ(mistake_in_all("listen: 10.0.0.5:8420\nlaunch: {kubernetes: {}}"), "no mistake");
}

TEST_F(KubernetesConfigTest, a_context_belongs_to_a_kubeconfig_beside_the_configuration) {
    EXPECT_THAT(mistake("context: gpu"), HasSubstr("launch.kubernetes.context"));
    const Config config = read("kubeconfig: cluster/kubeconfig, context: gpu").value();
    EXPECT_EQ(*config.launch.kubernetes->kubeconfig,
              std::filesystem::path(testing::TempDir()) / "cluster/kubeconfig");
}

TEST_F(KubernetesConfigTest, a_name_that_the_cluster_would_refuse_is_named_with_its_key) {
    EXPECT_THAT(mistake("site: a-name-with-more-than-20"), HasSubstr("launch.kubernetes.site"));
    EXPECT_THAT(mistake("job_namespace: Berth_Jobs"),
                HasSubstr("launch.kubernetes.job_namespace: \"Berth_Jobs\""));
    EXPECT_THAT(mistake("priority_classes: {P0: 'very urgent'}"), HasSubstr("priority_classes.P0"));
    EXPECT_THAT(mistake("priority_classes: {P4: urgent}"), HasSubstr("priority_classes.P4"));
    EXPECT_THAT(mistake("image_pull_secrets: [registry/secret]"), HasSubstr("image_pull_secrets"));
    EXPECT_THAT(mistake("image: 'my image'"), HasSubstr("is no image"));
    EXPECT_THAT(mistake("resource: 'nvidia.com/'"), HasSubstr("launch.kubernetes.resource"));
    EXPECT_THAT(mistake("node_selector: ''"), HasSubstr("node_selector is empty"));
    EXPECT_THAT(mistake("team_queues: {visoin: q}", "teams: {vision: {members: [alice]}}"),
                HasSubstr("names the team \"visoin\""));
    EXPECT_THAT(mistake("tolerations: [{key: gpu, effect: Never}]"),
                HasSubstr("\"Never\" is no effect of a taint"));
    EXPECT_THAT(mistake("shm_gb: -1"), HasSubstr("shm_gb must lie between 0 and"));
    EXPECT_THAT(mistake("fs_group: -1"), HasSubstr("fs_group must lie between 0 and 2147483647"));
    EXPECT_THAT(mistake("gives_up_after_minutes: 0"), HasSubstr("must lie between 1 and 1440"));
    EXPECT_THAT(mistake("occupants: evict"), HasSubstr("launch.kubernetes.occupants"));
    EXPECT_THAT(mistake("queues: q"), HasSubstr("did you mean \"queue\"?"));
    EXPECT_THAT(mistake("work_folder: /srv/work"), HasSubstr("name the claim too"));
}

TEST(HostInAnAddress, is_what_stands_between_the_scheme_and_the_port) {
    EXPECT_EQ(host_in("https://berth.example.org"), "berth.example.org");
    EXPECT_EQ(host_in("http://10.0.0.5:8420/"), "10.0.0.5");
    EXPECT_EQ(host_in("http://[fd00::1]:8420"), "[fd00::1]");
    EXPECT_EQ(host_in("ftp://berth.example.org"), "");
    EXPECT_EQ(host_in("http://user@berth.example.org"), "");
}

}  // namespace

}  // namespace berth
