// A Job that Volcano left behind in an outage is named in a Command at the real API server.
#include "kubernetes/job_sync.hpp"

#include <boost/json.hpp>
#include <future>
#include <set>
#include <utility>

#include "kubernetes_live/live_cluster.hpp"
#include "support/manual_clock.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class JobSyncAfterAnOutage : public LiveCluster {
protected:
    void SetUp() override {
        LiveCluster::SetUp();
        if (!client) return;
        job.name = "left-behind";
        job.namespace_name = attempt.namespace_name = space;
        job.uid = "00000000-0000-0000-0000-000000000001";
        tools.emplace(LauncherTools{
            .client = *client,
            .clock = clock,
            .options = {.site = "live", .namespace_name = space},
            .report = [](const auto&) {},
            .touch = [](const auto&) {},
            .touch_later = [this](const auto&, milliseconds pause) { looks.push_back(pause); },
            .find = [this](const auto&) { return &attempt; },
            .alive = owner});
    }
    // Its first list, as the first after an outage, is when it sees nodes again.
    void see_the_cluster() {
        std::promise<void> seen;
        ClusterViewListener listener;
        listener.changed = [](const auto&) {};
        listener.node_moved = listener.trouble = [](const auto&) {};
        listener.in_step = [&, is_told = false]() mutable {
            if (!tools->view || !tools->view->is_complete() || std::exchange(is_told, true)) return;
            seen.set_value();
        };
        client->call_and_wait([&] {
            tools->view = std::make_unique<ClusterView>(*client, tools->options,
                                                        std::set<std::string>{}, listener);
        });
        seen.get_future().wait();
    }
    void TearDown() override {
        if (tools) {
            client->call_and_wait([this] { owner.reset(); });  // no answer finds the tools gone
            tools->view.reset();
        }
        LiveCluster::TearDown();
    }

    ClusterAttempt attempt{.id = {ReservationId{1}, 1}};
    JobSight job;
    std::vector<milliseconds> looks;
    test::ManualClock clock{Instant{}};
    std::shared_ptr<int> owner = std::make_shared<int>();
    std::optional<LauncherTools> tools;
};

TEST_F(JobSyncAfterAnOutage, it_is_named_to_volcano_after_eight_seconds_without_pods) {
    std::promise<boost::json::object> commanded;
    const ObjectWatch commands(
        *client, {.path = "/apis/bus.volcano.sh/v1alpha1/namespaces/" + space + "/commands"},
        {.seen =
             [&, is_told = false](const auto&, const auto& command) mutable {
                 if (!std::exchange(is_told, true)) commanded.set_value(command);
             },
         .gone = [](const auto&) {},
         .in_step = [] {},
         .trouble = [](const auto&) {}});
    see_the_cluster();
    JobSync sync(*tools);
    const auto advance = [&] {
        looks.clear();
        client->call_and_wait([&] { sync.advance(attempt, {.job = &job}); });
    };
    advance();
    EXPECT_EQ(looks, std::vector<milliseconds>{8'010ms});
    *attempt.podless_since -= 5s;
    advance();
    EXPECT_EQ(looks, std::vector<milliseconds>{}) << "nothing is asked so early";
    *attempt.podless_since -= 3s;
    advance();
    auto made = commanded.get_future();
    ASSERT_EQ(made.wait_for(10s), std::future_status::ready);
    const boost::json::object command = made.get();
    EXPECT_EQ(command.at("action"), "SyncJob");
    EXPECT_EQ(command.at("target").at("name"), "left-behind");
}

}  // namespace
}  // namespace berth
