#include "kubernetes/objects.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "kubernetes/names.hpp"

namespace berth {
namespace {

namespace js = boost::json;
using testing::HasSubstr;

using Texts = std::map<std::string, std::string>;

class ObjectsTest : public testing::Test {
protected:
    ObjectsTest() {
        options_.berth_url = "http://berth:8420";
        options_.image = "site/yolo:2";
        order_.id = {{.number = 17}, 1};
        order_.owner = "alice";
        order_.title = "night \"run\"";
        order_.ends_at = *parse_rfc3339("2026-11-30T20:00:00Z");
        order_.token = "secret";
        order_.workload.argv = {"python3", "train.py"};
        use({"gpu-1/0", "gpu-1/1"}, {"gpu-1", "gpu-1"});
    }

    void use(std::vector<std::string> gpus, std::vector<std::string> nodes) {
        order_.gpus = std::move(gpus);
        order_.nodes = std::move(nodes);
    }
    void use_two_nodes() {
        use({"gpu-1/0", "gpu-1/1", "gpu-2/0", "gpu-2/1"}, {"gpu-1", "gpu-1", "gpu-2", "gpu-2"});
    }

    js::value job() {
        const auto pods = plan_pods(order_.workload, order_.gpus, order_.nodes);
        return js::parse(job_object(order_, *pods, addresses_, options_));
    }
    js::value pod(int rank = 0) {
        return job().at_pointer("/spec/tasks/" + std::to_string(rank) + "/template");
    }
    js::value container(int rank = 0) { return pod(rank).at_pointer("/spec/containers/0"); }
    Texts environment(int rank = 0) {
        Texts texts;
        const js::value of_rank = container(rank);
        for (const js::value& entry : of_rank.at("env").as_array()) {
            const std::string name(entry.at("name").as_string());
            EXPECT_FALSE(texts.contains(name)) << name << " is there twice";
            const auto* value = entry.as_object().if_contains("value");
            texts[name] = value != nullptr ? std::string(value->as_string()) : "<from>";
        }
        return texts;
    }
    js::value volume(const std::string& name, const char* list, const js::value& of) {
        for (const js::value& entry : of.at_pointer(list).as_array()) {
            if (entry.at("name").as_string() == name) return entry;
        }
        return nullptr;
    }

    AttemptOrder order_;
    KubernetesOptions options_;
    NodeAddresses addresses_;
};

TEST_F(ObjectsTest, a_job_is_a_gang_that_volcano_never_starts_anew) {
    use_two_nodes();
    const auto spec = job().at("spec");
    EXPECT_EQ(spec.at("minAvailable"), 2);
    EXPECT_EQ(spec.at("maxRetry"), 1);
    EXPECT_EQ(spec.at("schedulerName"), "volcano");
    EXPECT_EQ(spec.at("policies"),
              js::parse(R"([{"event": "PodEvicted", "action": "TerminateJob"}])"));
    ASSERT_EQ(spec.at("tasks").as_array().size(), 2U);
    EXPECT_EQ(spec.at_pointer("/tasks/1/replicas"), 1);
    EXPECT_EQ(spec.at_pointer("/tasks/1/template/spec/restartPolicy"), "Never");
}

TEST_F(ObjectsTest, the_same_order_makes_the_same_bytes) {
    use_two_nodes();
    EXPECT_EQ(js::serialize(job()), js::serialize(job()));
}

TEST_F(ObjectsTest, each_pod_is_pinned_to_its_node_with_its_gpus) {
    use_two_nodes();
    const auto rank1 = pod(1);
    EXPECT_EQ(rank1.at_pointer("/spec/affinity/nodeAffinity/"
                               "requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/"
                               "matchFields/0/values"),
              js::parse(R"(["gpu-2"])"));
    EXPECT_EQ(container(1).at_pointer("/resources/limits/nvidia.com~1gpu"), "2");
    EXPECT_EQ(rank1.at("metadata").at("labels").at(label::rank), "1");
    EXPECT_EQ(rank1.at("metadata").at("annotations").at(annotation::gpus), "gpu-2/0,gpu-2/1");
    // By these a server that starts anew knows the nodes.
    EXPECT_EQ(job().at("metadata").at("annotations").at(annotation::gpus),
              "gpu-1/0,gpu-1/1,gpu-2/0,gpu-2/1");
}

TEST_F(ObjectsTest, jobs_and_pods_are_found_again_by_label) {
    for (const js::value& metadata : {job().at("metadata"), pod().at("metadata")}) {
        std::map<std::string, std::string> labels;
        for (const auto& entry : metadata.at("labels").as_object()) {
            labels[entry.key()] = std::string(entry.value().as_string());
        }
        EXPECT_EQ(attempt_in(labels), order_.id);
        EXPECT_EQ(labels[label::site], "berth");
        EXPECT_EQ(labels[label::role], role::job);
    }
    EXPECT_EQ(job().at("metadata").at("annotations").at(annotation::title), "night \"run\"");
}

TEST_F(ObjectsTest, the_teams_namespace_and_queue_are_used) {
    options_.team_namespaces["vision"] = "vision-jobs";
    options_.team_queues["vision"] = "vision";
    order_.team = "vision";
    EXPECT_EQ(job().at_pointer("/metadata/namespace"), "vision-jobs");
    EXPECT_EQ(job().at_pointer("/spec/queue"), "vision");
    order_.team = "audio";
    EXPECT_EQ(job().at_pointer("/metadata/namespace"), "berth-jobs");
}

TEST_F(ObjectsTest, a_command_runs_as_it_was_written) {
    order_.workload.argv = {"sh", "-c", "echo $(HOME) $$ $5"};
    // Kubernetes makes one dollar sign of two, and nothing else of anything.
    EXPECT_EQ(container().at("command"), js::parse(R"(["sh", "-c", "echo $$(HOME) $$$$ $$5"])"));
    EXPECT_EQ(container().as_object().if_contains("args"), nullptr);
    EXPECT_EQ(container().as_object().if_contains("workingDir"), nullptr);
}

TEST_F(ObjectsTest, a_training_is_run_by_berth_yolo_from_its_document) {
    order_.workload = {};
    order_.workload.kind = WorkloadKind::yolo;
    order_.workload.model = "yolo11n.pt";
    EXPECT_EQ(container().at("command"),
              js::parse(R"(["berth-yolo", "--workload", "/etc/berth/workload.json"])"));
    EXPECT_EQ(container().at("workingDir"), "/berth");
    const auto document = pod().at("metadata").at("annotations").at(annotation::workload);
    EXPECT_THAT(std::string(document.as_string()), HasSubstr(R"("model":"yolo11n.pt")"));
    EXPECT_THAT(js::serialize(volume("berth", "/spec/volumes", pod())), HasSubstr("workload.json"));
}

TEST_F(ObjectsTest, the_workload_cannot_speak_for_another_job) {
    order_.workload.env = {{"BERTH_RESERVATION", "r-1"}, {"BERTH_TOKEN", "x"}, {"SEED", "7"}};
    const Texts environment = this->environment();
    EXPECT_EQ(environment.at("BERTH_RESERVATION"), "r-17");
    EXPECT_EQ(environment.at("BERTH_TOKEN"), "<from>");
    EXPECT_EQ(environment.at("SEED"), "7");
    EXPECT_EQ(environment.at("BERTH_ENDS_AT"), "2026-11-30T20:00:00Z");
    EXPECT_EQ(environment.at("BERTH_NOTICE_FILE"), "/etc/berth/notice");
    EXPECT_EQ(environment.at("BERTH_CHECKPOINT_DIR"), "/berth/checkpoints");
    EXPECT_FALSE(environment.contains("CUDA_VISIBLE_DEVICES"));
}

TEST_F(ObjectsTest, a_pod_alone_has_no_ranks) {
    for (const char* name : {"RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "PET_NNODES"}) {
        EXPECT_FALSE(environment().contains(name)) << name;
    }
    EXPECT_EQ(job().at("spec").as_object().if_contains("plugins"), nullptr);
}

TEST_F(ObjectsTest, pods_of_several_gpus_are_nodes_to_torchrun) {
    use_two_nodes();
    const Texts environment = this->environment(1);
    for (const std::string prefix : {"", "PET_"}) {
        EXPECT_EQ(environment.at(prefix + "NNODES"), "2");
        EXPECT_EQ(environment.at(prefix + "NODE_RANK"), "1");
        EXPECT_EQ(environment.at(prefix + "NPROC_PER_NODE"), "2");
        EXPECT_EQ(environment.at(prefix + "MASTER_ADDR"), "berth-r-17-1-rank-0-0.berth-r-17-1");
        EXPECT_EQ(environment.at(prefix + "MASTER_PORT"), "29500");
    }
    EXPECT_FALSE(environment.contains("RANK"));
    EXPECT_TRUE(job().at("spec").at("plugins").as_object().contains("svc"));
}

TEST_F(ObjectsTest, pods_of_one_gpu_are_ranks_themselves) {
    order_.workload.gpus_per_node = 1;
    const Texts environment = this->environment(1);
    EXPECT_EQ(environment.at("RANK"), "1");
    EXPECT_EQ(environment.at("LOCAL_RANK"), "0");
    EXPECT_EQ(environment.at("WORLD_SIZE"), "2");
}

TEST_F(ObjectsTest, with_the_hosts_network_the_master_is_a_node_with_a_port_of_its_own) {
    use_two_nodes();
    options_.host_network = true;
    addresses_["gpu-1"] = "10.0.0.7";
    EXPECT_EQ(environment(1).at("MASTER_ADDR"), "10.0.0.7");
    EXPECT_EQ(environment(1).at("MASTER_PORT"), "20017");
    EXPECT_EQ(pod().at_pointer("/spec/hostNetwork"), true);
    EXPECT_EQ(pod().at_pointer("/spec/dnsPolicy"), "ClusterFirstWithHostNet");
    EXPECT_EQ(job().at("spec").as_object().if_contains("plugins"), nullptr);
    order_.id.reservation.kind = IdKind::queue_job;
    EXPECT_NE(environment(1).at("MASTER_PORT"), "20017");
}

TEST_F(ObjectsTest, the_token_is_in_a_secret_alone) {
    EXPECT_THAT(js::serialize(job()), testing::Not(HasSubstr("\"secret\"")));
    const auto secret = js::parse(token_secret(order_, options_));
    EXPECT_EQ(secret.at_pointer("/metadata/name"), "berth-r-17-1-token");
    EXPECT_EQ(secret.at_pointer("/stringData/BERTH_TOKEN"), "secret");
}

TEST_F(ObjectsTest, secrets_of_the_workload_become_its_environment) {
    order_.workload.secrets = {"wandb"};
    EXPECT_EQ(container().at("envFrom"), js::parse(R"([{"secretRef": {"name": "wandb"}}])"));
}

TEST_F(ObjectsTest, the_work_folder_is_that_of_the_first_of_its_line) {
    options_.work_claim = "work";
    EXPECT_EQ(volume("work", "/volumeMounts", container()).at("subPath"), "r-17");
    order_.work_of = ReservationId{.number = 3};
    EXPECT_EQ(volume("work", "/volumeMounts", container()).at("subPath"), "r-3");
    EXPECT_EQ(volume("work", "/spec/volumes", pod()).at_pointer("/persistentVolumeClaim/claimName"),
              "work");
}

TEST_F(ObjectsTest, without_a_claim_the_work_lives_as_long_as_the_pod) {
    EXPECT_TRUE(volume("work", "/spec/volumes", pod()).as_object().contains("emptyDir"));
}

TEST_F(ObjectsTest, a_group_owns_the_volumes_of_images_that_do_not_run_as_root) {
    EXPECT_FALSE(pod().at("spec").as_object().contains("securityContext"));
    options_.fs_group = 2000;
    EXPECT_EQ(pod().at_pointer("/spec/securityContext"),
              js::parse(R"({"fsGroup": 2000, "fsGroupChangePolicy": "OnRootMismatch"})"));
}

TEST_F(ObjectsTest, claims_are_mounted_where_the_workload_says) {
    order_.workload.volumes = {{"data", "/data", true}, {"out", "/out", false}};
    const auto mounts = container().at("volumeMounts").as_array();
    const auto data = mounts[mounts.size() - 2];
    EXPECT_EQ(data.at("mountPath"), "/data");
    EXPECT_EQ(data.at("readOnly"), true);
    EXPECT_EQ(mounts.back().as_object().if_contains("readOnly"), nullptr);
    EXPECT_EQ(volume(data.at("name").as_string().c_str(), "/spec/volumes", pod())
                  .at_pointer("/persistentVolumeClaim/claimName"),
              "data");
}

TEST_F(ObjectsTest, shared_memory_is_as_large_as_the_site_says) {
    EXPECT_EQ(volume("shm", "/spec/volumes", pod()).at_pointer("/emptyDir/sizeLimit"), "8Gi");
    options_.shm_gb = 0;
    EXPECT_TRUE(volume("shm", "/spec/volumes", pod()).is_null());
}

TEST_F(ObjectsTest, what_a_gpu_brings_along_is_requested) {
    options_.cpus_per_gpu = 7.5;
    options_.memory_gb_per_gpu = 60;
    const auto requests = container().at("resources").at("requests");
    EXPECT_EQ(requests.at("cpu"), "15000m");
    EXPECT_EQ(requests.at("memory"), "122880Mi");
}

TEST_F(ObjectsTest, the_grace_reaches_whoever_deletes_the_pods) {
    const auto grace = [&] { return pod().at_pointer("/spec/terminationGracePeriodSeconds"); };
    EXPECT_EQ(grace(), 35);
    options_.grace = std::chrono::milliseconds(120'500);
    EXPECT_EQ(grace(), 126);
}

TEST_F(ObjectsTest, pods_go_to_nodes_that_are_kept_for_reservations) {
    options_.tolerations = {{.key = "gpu", .value = "yes", .effect = "NoSchedule"},
                            {.key = "spot", .exists = true}};
    EXPECT_EQ(pod().at_pointer("/spec/tolerations"), js::parse(R"([
        {"key": "berth.dev/reserved", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"},
        {"key": "spot", "operator": "Exists"}])"));
}

TEST_F(ObjectsTest, a_job_gets_no_account_in_the_cluster_unless_the_site_gives_it_one) {
    EXPECT_EQ(pod().at_pointer("/spec/automountServiceAccountToken"), false);
    options_.service_account = "trainer";
    EXPECT_EQ(pod().at_pointer("/spec/serviceAccountName"), "trainer");
    EXPECT_FALSE(pod().at("spec").as_object().contains("automountServiceAccountToken"));
}

TEST_F(ObjectsTest, the_priority_has_its_class) {
    options_.priority_classes[Priority::P0] = "berth-p0";
    EXPECT_FALSE(pod().at("spec").as_object().contains("priorityClassName"));
    order_.priority = Priority::P0;
    EXPECT_EQ(pod().at_pointer("/spec/priorityClassName"), "berth-p0");
    EXPECT_EQ(job().at_pointer("/spec/priorityClassName"), "berth-p0");
}

TEST_F(ObjectsTest, claimed_devices_take_the_place_of_counted_ones) {
    options_.devices = KubernetesOptions::Devices::claimed;
    use_two_nodes();
    EXPECT_EQ(pod(1).at_pointer("/spec/resourceClaims"),
              js::parse(R"([{"name": "gpus", "resourceClaimName": "berth-r-17-1-gpus-1"}])"));
    EXPECT_EQ(container(1).at_pointer("/resources/claims"), js::parse(R"([{"name": "gpus"}])"));
    EXPECT_FALSE(container(1).at("resources").as_object().contains("limits"));
}

TEST_F(ObjectsTest, a_pod_requests_something_without_which_volcano_leaves_it_out_of_the_gang) {
    options_.devices = KubernetesOptions::Devices::claimed;
    EXPECT_EQ(container().at_pointer("/resources/requests"), js::parse(R"({"cpu": "10m"})"));
    options_.memory_gb_per_gpu = 1;
    EXPECT_FALSE(container().at_pointer("/resources/requests").as_object().contains("cpu"));
}

TEST_F(ObjectsTest, the_workloads_image_wins_over_the_sites) {
    EXPECT_EQ(container().at("image"), "site/yolo:2");
    order_.workload.image = "team/yolo:9";
    options_.image_pull_secrets = {"registry"};
    EXPECT_EQ(container().at("image"), "team/yolo:9");
    EXPECT_EQ(pod().at_pointer("/spec/imagePullSecrets"), js::parse(R"([{"name": "registry"}])"));
    order_.workload.image.reset();
    options_.image.reset();
    EXPECT_FALSE(image_of(order_.workload, options_));
}

TEST_F(ObjectsTest, an_image_is_pulled_beforehand_without_taking_a_gpu) {
    options_.image_pull_secrets = {"registry"};
    const auto pod = js::parse(image_pull_pod(order_, "gpu-1", options_));
    EXPECT_EQ(pod.at_pointer("/spec/nodeName"), "gpu-1");
    EXPECT_EQ(pod.at_pointer("/spec/containers/0/image"), "site/yolo:2");
    EXPECT_EQ(pod.at("metadata").at("labels").at(label::role), role::image_pull);
    EXPECT_EQ(pod.at_pointer("/spec/imagePullSecrets/0/name"), "registry");
    EXPECT_EQ(pod.at_pointer("/spec/activeDeadlineSeconds"), 1200);
    EXPECT_THAT(js::serialize(pod), testing::Not(HasSubstr("nvidia.com/gpu")));
}

}  // namespace
}  // namespace berth
