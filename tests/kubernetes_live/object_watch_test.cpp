// What is watched stays in step with a real API server, whatever happens to the way there.
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <utility>

#include "kubernetes_live/live_cluster.hpp"
#include "kubernetes_live/relay.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Watching : public LiveCluster {
protected:
    // A client whose way to the server goes over the relay.
    std::unique_ptr<ApiClient> by(const Relay& relay) const {
        ClusterAccess access = client->access();
        access.server = "https://127.0.0.1:" + std::to_string(relay.port());
        return std::make_unique<ApiClient>(access, ApiClientOptions{});
    }
    unsigned short server_port() const {
        const auto& server = client->access().server;
        return static_cast<unsigned short>(std::stoi(server.substr(server.rfind(':') + 1)));
    }
};

int threads_of_this_process() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("Threads:")) return std::stoi(line.substr(line.find(':') + 1));
    }
    throw std::runtime_error("/proc/self/status tells no threads");
}

TEST_F(Watching, more_objects_than_a_page_holds_are_all_listed) {
    create_many(1'100);
    Mirror mirror(*client, config_maps());
    EXPECT_TRUE(mirror.shows_count(1'100));
    EXPECT_EQ(mirror.troubles(), 0);
}

TEST_F(Watching, changes_are_seen_in_order) {
    ASSERT_TRUE(create("before", "1").is_ok());
    Mirror mirror(*client, config_maps());
    ASSERT_TRUE(mirror.shows({{"before", "1"}}));
    ASSERT_TRUE(create("a", "1").is_ok());
    ASSERT_TRUE(change("a", "2").is_ok());
    ASSERT_TRUE(remove("a").is_ok());
    ASSERT_TRUE(create("b", "1").is_ok());
    ASSERT_TRUE(mirror.shows({{"before", "1"}, {"b", "1"}}));
    EXPECT_THAT(mirror.history(),
                ElementsAre("+ before 1", "in step", "+ a 1", "+ a 2", "- a", "+ b 1"));
}

TEST_F(Watching, one_whose_connection_breaks_goes_on_where_it_was) {
    Relay relay(server_port());
    const auto far = by(relay);
    Mirror mirror(*far, config_maps());
    ASSERT_TRUE(mirror.shows({}));
    ASSERT_TRUE(create("a", "1").is_ok());
    ASSERT_TRUE(mirror.shows({{"a", "1"}}));
    relay.mend();  // closes what is open
    ASSERT_TRUE(create("b", "1").is_ok());
    ASSERT_TRUE(remove("b").is_ok());
    ASSERT_TRUE(create("c", "1").is_ok());
    ASSERT_TRUE(mirror.shows({{"a", "1"}, {"c", "1"}}));
    // A second list would show `a` again, and nothing of `b`.
    EXPECT_THAT(mirror.history(), ElementsAre("in step", "+ a 1", "+ b 1", "- b", "+ c 1"));
}

TEST_F(Watching, what_was_deleted_while_the_network_was_cut_is_reported_gone) {
    Relay relay(server_port());
    const auto far = by(relay);
    ASSERT_TRUE(create("stays", "1").is_ok());
    ASSERT_TRUE(create("goes", "1").is_ok());
    Mirror mirror(*far, config_maps());
    ASSERT_TRUE(mirror.shows({{"stays", "1"}, {"goes", "1"}}));
    relay.cut();
    ASSERT_TRUE(mirror.is_troubled_within(10s));
    ASSERT_TRUE(remove("goes").is_ok());
    ASSERT_TRUE(change("stays", "2").is_ok());
    relay.mend();
    EXPECT_TRUE(mirror.shows({{"stays", "2"}}, 10s));
    EXPECT_EQ(mirror.troubles(), 1) << "it is told once";
}

TEST_F(Watching, a_server_that_is_killed_and_comes_back_is_in_step_within_ten_seconds) {
    ASSERT_TRUE(create("stays", "1").is_ok());
    Mirror mirror(*client, config_maps());
    ASSERT_TRUE(mirror.shows({{"stays", "1"}}));
    run_script("stop_api_server");
    EXPECT_TRUE(mirror.is_troubled_within(10s));
    run_script("start_api_server");
    ASSERT_TRUE(create("new", "1").is_ok());
    EXPECT_TRUE(mirror.shows({{"stays", "1"}, {"new", "1"}}, 10s));
}

// The server starts with an empty watch cache and knows nothing of where the watch was.
TEST_F(Watching, what_the_server_has_forgotten_is_listed_anew) {
    Relay relay(server_port());
    const auto far = by(relay);
    ASSERT_TRUE(create("goes", "1").is_ok());
    Mirror mirror(*far, config_maps());
    ASSERT_TRUE(mirror.shows({{"goes", "1"}}));
    ASSERT_TRUE(change("goes", "2").is_ok());
    ASSERT_TRUE(mirror.shows({{"goes", "2"}})) << "the watch has begun";
    relay.go_silent();
    ASSERT_TRUE(remove("goes").is_ok());
    ASSERT_TRUE(create("new", "1").is_ok());
    run_script("stop_api_server");
    run_script("start_api_server");
    relay.mend();
    EXPECT_TRUE(mirror.shows({{"new", "1"}}, 10s));
    EXPECT_EQ(mirror.troubles(), 0) << testing::PrintToString(mirror.history());
}

TEST_F(Watching, a_watch_that_has_gone_silent_is_told_so) {
    Relay relay(server_port());
    const auto far = by(relay);
    std::promise<ApiReply> ended;
    std::promise<void> begun;
    far->open(
        {.path = config_maps() + "?watch=1"},
        [&, first = true](std::string_view) mutable {
            if (std::exchange(first, false)) begun.set_value();
        },
        [&](const ApiReply& reply) { ended.set_value(reply); }, 2s);
    ASSERT_TRUE(create("a", "1").is_ok());
    begun.get_future().wait();
    relay.go_silent();
    auto end = ended.get_future();
    ASSERT_EQ(end.wait_for(10s), std::future_status::ready);
    EXPECT_THAT(end.get().trouble, testing::HasSubstr("nothing has come for 2 s"));
}

TEST_F(Watching, a_kind_that_the_server_does_not_have_is_trouble_that_says_what_to_install) {
    Mirror mirror(*client, "/apis/berth.dev/v1/nothings");
    ASSERT_TRUE(mirror.is_troubled_within(10s));
    EXPECT_THAT(mirror.history(), ElementsAre(testing::HasSubstr("is not installed")));
}

TEST_F(Watching, two_hundred_and_fifty_watches_leave_room_for_requests_and_take_no_threads) {
    std::vector<std::unique_ptr<Mirror>> mirrors;
    const auto watch = [&] {
        return mirrors.emplace_back(std::make_unique<Mirror>(*client, config_maps())).get();
    };
    ASSERT_TRUE(watch()->shows({}));
    const int with_one = threads_of_this_process();
    while (mirrors.size() < 250) watch();
    for (auto& mirror : mirrors) ASSERT_TRUE(mirror->shows({}, 30s));
    create_many(100);
    for (auto& mirror : mirrors) ASSERT_TRUE(mirror->shows_count(100));
    EXPECT_EQ(threads_of_this_process(), with_one);
}

TEST_F(Watching, one_that_is_destroyed_in_the_middle_of_a_list_is_silent) {
    create_many(600);
    for (int i = 0; i < 20; ++i) Mirror(*client, config_maps());
    EXPECT_TRUE(client->ask({.path = "/version"}).is_ok());
}

}  // namespace
}  // namespace berth
