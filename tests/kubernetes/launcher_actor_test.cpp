// What is asked of the launcher just as it takes away what it thinks that nobody wants.
#include "kubernetes/launcher_actor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <utility>

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
        open();
    }
    ~LauncherActorTest() override {
        close();
        server.stop();
        fs::remove_all(folder);
    }

    void open() {
        KubernetesOptions options;
        options.attempts_folder = folder;
        actor = LauncherActor::make(client, clock, options, [](const auto&) {});
    }

    void close() {
        if (actor) std::exchange(actor, nullptr)->close();
    }

    // The cluster has nothing, and takes everything.
    Answer answer(const std::string& method, const std::string& path, const std::string&) {
        if (method == "DELETE" && path.find("/secrets/") != std::string::npos) {
            return {.status = deleting_secret()};
        }
        if (method == "DELETE") return {.status = not_found};
        if (method == "GET") {
            return {.body = R"({"metadata": {"resourceVersion": "1"}, "items": []})"};
        }
        if (path.ends_with("/jobs"))
            std::call_once(is_submitted, [this] { submitted.set_value(); });
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
    std::once_flag is_submitted;
    std::promise<void> submitted;
    test::PlayedApiServer server;
    ApiClient client{{.server = server.address(), .authority = {}}, {}};
    std::shared_ptr<LauncherActor> actor;
};

TEST_F(LauncherActorTest, what_is_ordered_just_as_it_is_dropped_as_stale_starts) {
    actor->prepare(order);
    clock.move(clock.now() + 2h);
    server.serve([this](const auto&... said) { return answer(said...); });
    ASSERT_EQ(submitted.get_future().wait_for(20s), std::future_status::ready);
    ASSERT_EQ(actor->statuses().size(), 1U);
}

// It has one Job with one pod.
class LauncherOfOneJob : public LauncherActorTest {
protected:
    ~LauncherOfOneJob() override {
        close();
        server.stop();
    }

    static Answer list(const std::string& item) {
        return {.body = R"({"metadata": {"resourceVersion": "1"}, "items": [)" + item + "]}"};
    }
    static std::string object(const std::string& name, const std::string& rest) {
        return R"({"metadata": {"namespace": "berth-jobs", "uid": "u-1", "name": ")" + name +
               R"(", "labels": {"berth.dev/reservation": "r-1", "berth.dev/attempt": "1",)"
               R"( "berth.dev/rank": "0"}}, )" +
               rest + "}";
    }
    Answer answer(const std::string& method, const std::string& path, const std::string& body) {
        if (method == "PATCH" && body.find("berth.dev/stop") != std::string::npos) {
            std::call_once(is_marked, [&] { marked.set_value(body); });
        }
        if (method != "GET") return {};
        if (path.find("/jobs?") != std::string::npos) {
            return list(object("berth-r-1-1", R"("spec": {"minAvailable": 1})"));
        }
        if (path.find("/pods?") == std::string::npos) return list("");
        return list(object("berth-r-1-1-rank-0-0",
                           R"("status": {"phase": ")" + std::string(phase.load()) + R"("})"));
    }

    std::atomic<const char*> phase = "Running";
    std::promise<void> running;
    std::once_flag is_marked;
    std::promise<std::string> marked;
};

TEST_F(LauncherOfOneJob, knows_after_a_restart_that_it_ran_though_its_pod_was_made_anew) {
    actor->on_change([this, is_told = false]() mutable {
        const auto all = actor->statuses();
        if (all.empty() || all[0].phase != AttemptStatus::Phase::running || is_told) return;
        is_told = true;
        running.set_value();
    });
    server.serve([this](const auto&... said) { return answer(said...); });
    ASSERT_EQ(running.get_future().wait_for(20s), std::future_status::ready);
    close();
    phase = "Pending";  // somebody has deleted it, and its controller replaced it
    open();
    auto mark = marked.get_future();
    ASSERT_EQ(mark.wait_for(20s), std::future_status::ready);
    EXPECT_NE(mark.get().find("not by Berth"), std::string::npos);
}

}  // namespace
}  // namespace berth
