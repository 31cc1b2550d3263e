// A site whose jobs run on a cluster, and one whose jobs do not: what each takes at the door.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

const char* const in_a_container =
    R"("workload":{"argv":["train"],"image":"yolo:8.3","volumes":[{"claim":"coco",)"
    R"("mount":"/data","read_only":true}],"secrets":["wandb"],"nodes":2,"gpus_per_node":1})";

std::string booking(const std::string& more) {
    return R"({"gpus":{"count":2,"spread":"any"},"start":"2026-12-02T12:00:00Z","hours":4,)" +
           more + "}";
}

class a_site_of_processes : public ApiSite {};

TEST_F(a_site_of_processes, refuses_containers_wherever_a_workload_is_read) {
    for (const char* where : {"/api/v1/reservations", "/api/v1/plan"}) {
        const auto refused = as_alice(where, booking(in_a_container));
        EXPECT_EQ(refused.status, 400) << where;
        EXPECT_EQ(text_at(refused, "/field"), "workload.image") << where;
        EXPECT_THAT(text_at(refused, "/detail"), HasSubstr("leave out the image")) << where;
    }
    const auto refused = as_alice("/api/v1/queue", R"({"gpus":{"count":2},"minutes":30,)" +
                                                       std::string(in_a_container) + "}");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(text_at(refused, "/field"), "workload.image");
    EXPECT_EQ(journal.all().size(), 1U) << "the fleet alone";
}

TEST_F(a_site_of_processes, says_so) {
    EXPECT_EQ(text_at(get("/api/v1/site"), "/runs_on"), "processes");
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/runs_on"), "processes");
    EXPECT_EQ(text_at(get("/api/v1/site"), "/image"), "null");
}

class a_site_on_a_cluster : public ApiSite {
protected:
    a_site_on_a_cluster() {
        ApiContext on_a_cluster = context();
        on_a_cluster.jobs = {.runs_on = RunsOn::kubernetes, .image = "site-yolo:1"};
        on_a_cluster.launch_trouble = [this] { return trouble; };
        api = std::make_unique<Api>(std::move(on_a_cluster));
    }

    std::string trouble;
};

TEST_F(a_site_on_a_cluster, says_so_and_which_image_it_has) {
    EXPECT_EQ(text_at(get("/api/v1/site"), "/runs_on"), "kubernetes");
    EXPECT_EQ(text_at(get("/api/v1/site"), "/image"), "site-yolo:1");
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/runs_on"), "kubernetes");
}

TEST_F(a_site_on_a_cluster, books_a_container_and_shows_it) {
    const auto booked = as_alice("/api/v1/reservations", booking(in_a_container));
    ASSERT_EQ(booked.status, 201) << booked.body;
    const auto shown = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(shown, "/workload/image"), "yolo:8.3") << shown.body;
    EXPECT_EQ(text_at(shown, "/workload/volumes/0/mount"), "/data");
    EXPECT_EQ(text_at(shown, "/workload/nodes"), "2");
}

TEST_F(a_site_on_a_cluster, needs_no_image_where_the_site_has_one) {
    EXPECT_EQ(as_alice("/api/v1/reservations", booking(R"("workload":{"argv":["train"]})")).status,
              201);
}

TEST_F(a_site_on_a_cluster, refuses_a_mount_over_what_is_berths) {
    const auto refused = as_alice(
        "/api/v1/reservations",
        booking(R"("workload":{"argv":["t"],"volumes":[{"claim":"c","mount":"/etc/berth"}]})"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(text_at(refused, "/field"), "workload.volumes.0.mount");
}

TEST_F(a_site_on_a_cluster, is_ready_while_the_cluster_is_away_and_says_so) {
    EXPECT_EQ(get("/readyz").body, "ready at revision 1\n");
    trouble = "the cluster's API server https://10.0.0.1:6443 does not answer";
    const auto answer = get("/readyz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("no job can be started: the cluster's API server"));
}

}  // namespace
}  // namespace berth::test
