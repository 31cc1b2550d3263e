// What a preflight says about a booked job, from what the API server answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubernetes/image_rules.hpp"
#include "kubernetes/preflight_rules.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

const std::string claims = "/api/v1/namespaces/berth-jobs/persistentvolumeclaims/";
const std::string secrets = "/api/v1/namespaces/berth-jobs/secrets/";

ApiReply refused(int status, const std::string& words = "no") {
    return {status, R"({"kind":"Status","message":")" + words + R"("})", ""};
}

class Preflight : public testing::Test {
protected:
    Preflight() {
        options.image = "registry.example.org/yolo:8";
        wish.gpus = {"gpu-1/0", "gpu-1/1", "gpu-2/0", "gpu-2/1"};
        wish.nodes = {"gpu-1", "gpu-1", "gpu-2", "gpu-2"};
    }

    // Everything there and right, but for what a test puts in its place.
    std::vector<Finding> look() {
        Answers answers;
        for (const auto& path : preflight_questions(wish, options)) {
            const auto said = said_.find(path);
            answers[path] = said == said_.end() ? usual(path) : said->second;
        }
        return preflight_findings(wish, options, answers);
    }
    void say(const std::string& path, const std::string& body) { said_[path] = {200, body, ""}; }
    void say(const std::string& path, ApiReply reply) { said_[path] = std::move(reply); }

    // The findings that are no good, in words.
    std::vector<std::string> wrong() {
        std::vector<std::string> messages;
        for (const auto& finding : look()) {
            if (!finding.ok) messages.push_back(finding.message);
        }
        return messages;
    }
    std::string found(const std::string& check) {
        for (const auto& finding : look()) {
            if (finding.check == check) return finding.message;
        }
        return "nothing";
    }

    KubernetesOptions options;
    PreflightWish wish;

private:
    static ApiReply usual(const std::string& path) {
        if (path.starts_with("/api/v1/nodes?")) return {200, R"({"items":[{}]})", ""};
        if (path.find("/pods?") != std::string::npos) return {200, R"({"items":[]})", ""};
        if (path.starts_with("/api/v1/nodes/")) {
            return {200,
                    R"({"metadata":{"name":"n"},"status":{"conditions":[{"type":"Ready",)"
                    R"("status":"True"}]}})",
                    ""};
        }
        return {200,
                R"({"status":{"state":"Open","phase":"Bound"},)"
                R"("spec":{"accessModes":["ReadWriteMany"]},)"
                R"("type":"kubernetes.io/dockerconfigjson"})",
                ""};
    }

    std::map<std::string, ApiReply> said_;
};

TEST_F(Preflight, what_is_right_is_found_too) {
    wish.workload.secrets = {"hub"};
    wish.workload.volumes = {{"coco", "/data", false}};
    options.work_claim = "work";
    EXPECT_THAT(wrong(), testing::IsEmpty());
    EXPECT_EQ(found("namespace"), "the namespace berth-jobs is there");
    EXPECT_EQ(found("queue"), "the queue default is open");
    EXPECT_EQ(found("pods"), "2 pods on gpu-1 and gpu-2");
    EXPECT_EQ(found("secret hub"), "the secret hub in the namespace berth-jobs is there");
    EXPECT_EQ(found("claim coco"), "the claim coco in the namespace berth-jobs is there");
    EXPECT_EQ(found("node gpu-2"), "the node gpu-2 is ready");
}

TEST_F(Preflight, a_job_without_an_image_is_told_so) {
    options.image.reset();
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("No image is named")));
}

TEST_F(Preflight, an_image_that_is_still_to_be_pulled_is_told_with_where_and_when) {
    say("/api/v1/nodes/gpu-1", R"({"status":{"images":[{"names":["registry.example.org/yolo:8"]}],)"
                               R"("conditions":[{"type":"Ready","status":"True"}]}})");
    EXPECT_EQ(found("image"),
              "the image registry.example.org/yolo:8 is not on gpu-2 yet; it is pulled 10 minutes "
              "before the start");
}

TEST_F(Preflight, an_image_that_cannot_be_pulled_is_told_in_the_registrys_words) {
    wish.start_is_near = true;
    say("/api/v1/namespaces/berth-jobs/pods?labelSelector=berth.dev%2Fsite%3Dberth%2Cberth.dev%"
        "2Frole%3Dimage-pull",
        R"({"items":[{"spec":{"nodeName":"gpu-2","containers":[{"image":)"
        R"("registry.example.org/yolo:8"}]},"status":{"containerStatuses":[{"state":{"waiting":)"
        R"({"reason":"ErrImagePull","message":"manifest unknown"}}}]}}]})");
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("cannot be pulled on gpu-2: manifest "
                                                        "unknown. Check its name and tag")));
}

TEST_F(Preflight, a_claim_of_one_node_will_not_do_for_a_gang_over_two) {
    wish.workload.volumes = {{"coco", "/data", false}};
    say(claims + "coco",
        R"({"spec":{"accessModes":["ReadWriteOnce"]},"status":{"phase":"Bound"}})");
    EXPECT_THAT(wrong(), testing::ElementsAre(
                             HasSubstr("one node at a time (ReadWriteOnce), but the job has pods "
                                       "on gpu-1 and gpu-2: book GPUs of one node")));
    wish.nodes = {"gpu-1", "gpu-1", "gpu-1", "gpu-1"};
    EXPECT_THAT(wrong(), testing::IsEmpty());
}

TEST_F(Preflight, a_claim_that_can_only_be_read_is_to_be_mounted_so) {
    wish.workload.volumes = {{"coco", "/data", false}};
    say(claims + "coco", R"({"spec":{"accessModes":["ReadOnlyMany"]},"status":{"phase":"Bound"}})");
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("mount it with read_only")));
    wish.workload.volumes = {{"coco", "/data", true}};
    EXPECT_THAT(wrong(), testing::IsEmpty());
}

TEST_F(Preflight, a_claim_that_is_missing_lost_or_leaving_is_told) {
    wish.workload.volumes = {{"a", "/a", false}, {"b", "/b", false}, {"c", "/c", false}};
    say(claims + "a", refused(404));
    say(claims + "b", R"({"status":{"phase":"Lost"}})");
    say(claims + "c", R"({"metadata":{"deletionTimestamp":"2026-11-30T12:00:00Z"}})");
    EXPECT_THAT(wrong(), testing::ElementsAre(
                             "The claim a in the namespace berth-jobs is not there: make "
                             "it there, or name another in the workload's volumes.",
                             HasSubstr("has lost its volume"), HasSubstr("is being deleted")));
}

TEST_F(Preflight, a_missing_secret_is_told_and_one_that_cannot_pull_images_too) {
    wish.workload.secrets = {"hub"};
    options.image_pull_secrets = {"registry"};
    say(secrets + "hub", refused(404));
    say(secrets + "registry", R"({"type":"Opaque"})");
    EXPECT_THAT(wrong(),
                testing::ElementsAre(HasSubstr("The secret hub"), HasSubstr("of the type Opaque")));
}

TEST_F(Preflight, a_queue_that_takes_no_jobs_or_too_few_gpus_is_told) {
    const std::string queue = "/apis/scheduling.volcano.sh/v1beta1/queues/default";
    say(queue, R"({"status":{"state":"Closed"}})");
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("is Closed, and takes no jobs")));
    say(queue, R"({"spec":{"capability":{"nvidia.com/gpu":"2"}},"status":{"state":"Open"}})");
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("have 2 of nvidia.com/gpu together, but "
                                                        "this one has 4")));
    say(queue, refused(404));
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("installs Volcano")));
}

TEST_F(Preflight, a_node_that_cannot_be_used_is_told_with_what_becomes_of_it) {
    say("/api/v1/nodes/gpu-1", R"({"spec":{"unschedulable":true},"status":{"conditions":)"
                               R"([{"type":"Ready","status":"True"}]}})");
    say("/api/v1/nodes?labelSelector=nvidia.com%2Fgpu.present%3Dtrue&fieldSelector=metadata.name%"
        "3Dgpu-2",
        R"({"items":[]})");
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("cannot be used now: it is cordoned; "
                                                        "Berth moves"),
                                              HasSubstr("lacks the labels")));
}

TEST_F(Preflight, gpus_that_make_no_whole_pods_are_told) {
    wish.workload.gpus_per_node = 3;
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("gpus_per_node")));
}

TEST_F(Preflight, only_who_resumes_fails_where_the_site_keeps_no_work) {
    EXPECT_THAT(found("work"), HasSubstr("nothing can be resumed"));
    EXPECT_THAT(wrong(), testing::IsEmpty());
    wish.resumption = Resumption{{3}, "/berth/checkpoints/last.pt"};
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("it begins anew")));
}

TEST_F(Preflight, a_missing_right_is_named) {
    wish.workload.secrets = {"hub"};
    say(secrets + "hub", refused(403));
    EXPECT_THAT(wrong(), testing::ElementsAre(HasSubstr("Berth lacks the right to get secrets")));
}

TEST_F(Preflight, a_cluster_that_is_away_is_one_finding_and_no_failure_of_the_job) {
    say("/api/v1/namespaces/berth-jobs", {0, "", "connection refused"});
    const auto findings = look();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_TRUE(findings[0].ok);
    EXPECT_THAT(findings[0].message, HasSubstr("did not answer: connection refused"));
}

TEST(ImageName, is_completed_as_nodes_list_it) {
    EXPECT_EQ(full_image_name("yolo"), "docker.io/library/yolo:latest");
    EXPECT_EQ(full_image_name("team/yolo:8"), "docker.io/team/yolo:8");
    EXPECT_EQ(full_image_name("localhost/yolo"), "localhost/yolo:latest");
    EXPECT_EQ(full_image_name("r.example.org:5000/a/b"), "r.example.org:5000/a/b:latest");
    EXPECT_EQ(full_image_name("r.io/a@sha256:00"), "r.io/a@sha256:00");
}

}  // namespace
}  // namespace berth::test
