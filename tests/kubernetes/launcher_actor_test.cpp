// What is asked of the launcher just as it takes away what it thinks that nobody wants.
#include "kubernetes/launcher_actor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "kubernetes/full_disk.hpp"
#include "kubernetes/played_api_server.hpp"
#include "support/manual_clock.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int created = 201;
constexpr int forbidden = 403;
constexpr int not_found = 404;

// Once it is set, it calls as somebody has looked at it so often.
class CallingClock : public test::ManualClock {
public:
    CallingClock() : ManualClock(*parse_rfc3339("2026-11-30T20:00:00Z")) {}

    Instant now() const override {
        if (looks_ > 0 && --looks_ == 0) call_();
        return ManualClock::now();
    }
    void call_after(int looks, std::function<void()> call) {
        call_ = std::move(call);
        looks_ = looks;
    }

private:
    mutable std::atomic<int> looks_ = 0;
    std::function<void()> call_;
};

class LauncherActorTest : public testing::Test {
protected:
    using Answer = test::PlayedApiServer::Answer;

    LauncherActorTest() {
        order.id = {{.number = 1}, 1};
        order.ends_at = clock.now() + 9h;
        order.token = "secret";
        order.workload.argv = {"true"};
        order.workload.image = "team/yolo:1";
        order.gpus = {"gpu-1/0"};
        order.nodes = {"gpu-1"};
        KubernetesOptions options;
        options.attempts_folder = folder;
        actor = LauncherActor::make(client, clock, options, [](const auto&) {});
    }
    ~LauncherActorTest() override {
        actor->close();
        fs::remove_all(folder);
    }

    // The cluster has nothing, and takes everything.
    Answer answer(const std::string& method, const std::string& path) {
        if (method == "DELETE" && path.find("/secrets/") != std::string::npos) {
            return {.status = deleting_secret()};
        }
        if (method == "DELETE") return {.status = not_found};
        if (method == "GET") {
            return {.body = R"({"metadata": {"resourceVersion": "1"}, "items": []})"};
        }
        if (path.ends_with("/jobs")) submitted.set_value();
        return {.status = created};
    }

    // Everything else is gone when this is answered for the second time: the next look at the
    // attempt, which asks the time as it takes the wish and as it finds it stale, drops it.
    int deleting_secret() {
        if (!was_deleting_secret.exchange(true)) return forbidden;
        client.call_and_wait([this] { clock.call_after(2, [this] { actor->order(order); }); });
        return not_found;
    }

    const fs::path folder = test::new_folder("launcher-actor");
    AttemptOrder order;
    CallingClock clock;
    std::atomic<bool> was_deleting_secret = false;
    std::promise<void> submitted;
    test::PlayedApiServer server;
    ApiClient client{{.server = server.address(), .authority = {}}, {}};
    std::shared_ptr<LauncherActor> actor;
};

TEST_F(LauncherActorTest, what_is_ordered_just_as_it_is_dropped_as_stale_starts) {
    actor->prepare(order);
    clock.move(clock.now() + 2h);
    server.serve([this](const auto& method, const auto& path) { return answer(method, path); });
    ASSERT_EQ(submitted.get_future().wait_for(20s), std::future_status::ready);
    ASSERT_EQ(actor->statuses().size(), 1U);
}

}  // namespace
}  // namespace berth
