// What has Volcano look again at a Job that it left behind. That the command reaches the API server
// is tested in tests/kubernetes_live.
#include "kubernetes/job_sync.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "support/manual_clock.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(JobSync, the_command_names_its_job_as_its_target_and_owner) {
    JobSight job;
    job.name = "berth-r-1-1";
    job.namespace_name = "berth-jobs";
    job.uid = "u-1";
    const auto command = boost::json::parse(sync_command(job));
    EXPECT_EQ(command.at("action"), "SyncJob");
    EXPECT_EQ(command.at("metadata").at("namespace"), "berth-jobs");
    EXPECT_EQ(command.at("target").at("apiVersion"), "batch.volcano.sh/v1alpha1");
    EXPECT_EQ(command.at("target").at("name"), "berth-r-1-1");
    const auto& owners = command.at("metadata").at("ownerReferences");
    ASSERT_TRUE(owners.is_array());
    EXPECT_EQ(owners.get_array().at(0), command.at("target"));
}

// When it asks, of a cluster that was never seen: so no outage was felt lately. Nothing answers.
class JobSyncTimes : public testing::Test {
protected:
    JobSyncTimes() {
        tools.view =
            std::make_unique<ClusterView>(client, tools.options, std::set<std::string>{},
                                          ClusterViewListener{.changed = [](const auto&) {},
                                                              .node_moved = [](const auto&) {},
                                                              .in_step = [] {},
                                                              .trouble = [](const auto&) {}});
    }

    ~JobSyncTimes() override {
        client.call_and_wait([this] { owner.reset(); });  // no answer finds the tools gone
    }

    // Whether a command, and when to look again.
    struct Asked {
        bool sent = false;
        std::vector<milliseconds> looks = {};

        bool operator==(const Asked&) const = default;
    };
    Asked advance(ClusterAttempt& attempt) {
        looks.clear();
        const auto before = attempt.asked;
        client.call_and_wait([&] { sync->advance(attempt, sight); });
        return {.sent = attempt.asked != before, .looks = looks};
    }
    static ClusterAttempt without_pods_for(milliseconds time, std::uint64_t reservation = 1) {
        ClusterAttempt attempt{.id = {ReservationId{reservation}, 1}};
        attempt.podless_since = std::chrono::steady_clock::now() - time;
        return attempt;
    }

    const Asked nothing;
    const Asked command{.sent = true, .looks = {15'050ms}};
    JobSight job;
    AttemptSight sight{.job = &job};
    std::vector<milliseconds> looks;
    test::ManualClock clock{Instant{}};
    std::shared_ptr<int> owner = std::make_shared<int>();
    ApiClient client{ClusterAccess{.server = "https://127.0.0.1:1", .authority = {}}, {}};
    LauncherTools tools{
        .client = client,
        .clock = clock,
        .options = {},
        .report = [](const auto&) {},
        .touch = [](const auto&) {},
        .touch_later = [this](const auto&, milliseconds pause) { looks.push_back(pause); },
        .find = [](const auto&) -> ClusterAttempt* { return nullptr; },
        .alive = owner};
    std::optional<JobSync> sync{tools};
};

TEST_F(JobSyncTimes, a_job_that_just_has_no_pods_is_looked_at_in_a_minute) {
    ClusterAttempt attempt;
    EXPECT_EQ(advance(attempt), (Asked{.sent = false, .looks = {60'010ms}}));
    EXPECT_EQ(advance(attempt), nothing) << "it is asked once to look again";
}

TEST_F(JobSyncTimes, a_command_is_sent_after_a_minute_without_pods) {
    auto early = without_pods_for(55s);
    EXPECT_EQ(advance(early), nothing);
    auto due = without_pods_for(60s);
    EXPECT_EQ(advance(due), command);
}

TEST_F(JobSyncTimes, one_job_is_named_again_after_fifteen_seconds_and_an_answer) {
    const auto advance_alone = [&](ClusterAttempt& attempt) {
        sync.emplace(tools);  // no other Job has had its turn just now
        return advance(attempt);
    };
    auto attempt = without_pods_for(60s);
    ASSERT_EQ(advance_alone(attempt), command);
    attempt.awaited.clear();
    EXPECT_EQ(advance_alone(attempt), nothing);
    attempt.asked.at("sync") -= 15s;
    EXPECT_EQ(advance_alone(attempt), command);
    attempt.asked.at("sync") -= 15s;
    EXPECT_EQ(advance_alone(attempt), nothing) << "the answer is still awaited";
}

TEST_F(JobSyncTimes, the_next_job_has_its_turn_a_little_later) {
    auto first = without_pods_for(60s, 1);
    auto second = without_pods_for(60s, 2);
    client.call_and_wait([&] {
        sync->advance(first, sight);
        looks.clear();
        sync->advance(second, sight);
    });
    EXPECT_TRUE(first.asked.contains("sync"));
    EXPECT_FALSE(second.asked.contains("sync"));
    EXPECT_EQ(looks, std::vector{2'000ms});
}

TEST_F(JobSyncTimes, one_that_has_pods_or_waits_in_the_queue_or_is_deleted_is_left_alone) {
    auto attempt = without_pods_for(60s);
    const PodSight pod;
    sight.pods = {&pod};
    EXPECT_EQ(advance(attempt), nothing);
    EXPECT_FALSE(attempt.podless_since) << "it would have to wait anew";

    sight.pods.clear();
    attempt = without_pods_for(60s);
    PodGroupSight group;
    group.phase = "Pending";
    sight.group = &group;
    EXPECT_EQ(advance(attempt), nothing) << "Volcano has not let it in";
    group.phase = "Inqueue";
    attempt = without_pods_for(60s);
    job.deleted_at = clock.now();
    EXPECT_EQ(advance(attempt), nothing);
    job.deleted_at.reset();
    attempt = without_pods_for(60s);
    EXPECT_EQ(advance(attempt), command);
}

}  // namespace
}  // namespace berth
