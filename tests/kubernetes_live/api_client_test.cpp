// Requests to a real API server.
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "kubernetes_live/live_cluster.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;

using Requests = LiveCluster;

TEST_F(Requests, five_hundred_at_once_are_all_answered) {
    create_many(500);
    const auto all = client->ask(
        {.path = config_maps() + "?fieldSelector=" + escaped("metadata.name!=kube-root-ca.crt")});
    ASSERT_TRUE(all.is_ok()) << all.message();
    EXPECT_EQ(boost::json::parse(all.body).at("items").as_array().size(), 500U);
}

TEST_F(Requests, what_is_there_already_is_said_so) {
    ASSERT_EQ(create("a", "1").status, 201);
    const auto again = create("a", "1");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.reason(), "AlreadyExists");
    EXPECT_THAT(again.message(), testing::HasSubstr("\"a\" already exists"));
}

TEST_F(Requests, a_token_that_was_renewed_in_its_file_is_taken_at_once) {
    const auto folder = std::getenv("BERTH_TEST_CLUSTER");
    ASSERT_NE(folder, nullptr) << "BERTH_TEST_CLUSTER names no folder";
    const auto file = std::filesystem::path(testing::TempDir()) / (space + ".token");
    std::ofstream(file) << "stale";
    ClusterAccess access = client->access();
    access.certificate = access.key = {};
    access.token_file = file;
    ApiClient by_token(access, {});
    EXPECT_EQ(by_token.ask({.path = config_maps()}).status, 401);
    std::filesystem::copy_file(std::filesystem::path(folder) / "token", file,
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(by_token.ask({.path = config_maps()}).status, 200);
    std::filesystem::remove(file);
}

TEST_F(Requests, a_server_is_checked_by_the_name_that_was_given) {
    ClusterAccess access = client->access();
    access.server_name = "kubernetes.default.svc";  // which its certificate has
    EXPECT_EQ(ApiClient(access, {}).ask({.path = "/version"}).status, 200);
    access.server_name = "somewhere.else";
    EXPECT_THAT(ApiClient(access, {}).ask({.path = "/version", .patience = 0ms}).trouble,
                testing::HasSubstr("somewhere.else"));
}

TEST_F(Requests, a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to) {
    ClusterAccess access = client->access();
    access.authority = {};
    EXPECT_THAT(ApiClient(access, {}).ask({.path = "/version", .patience = 0ms}).trouble,
                testing::HasSubstr("certificate"));
    access.trusts_anyone = true;
    EXPECT_EQ(ApiClient(access, {}).ask({.path = "/version"}).status, 200);
}

TEST_F(Requests, one_is_sent_again_until_a_server_that_restarts_answers) {
    run_script("stop_api_server");
    std::promise<ApiReply> answer;
    client->send({.path = "/version", .patience = 60s},
                 [&](const ApiReply& reply) { answer.set_value(reply); });
    run_script("start_api_server");
    EXPECT_EQ(answer.get_future().get().status, 200);
}

}  // namespace
}  // namespace berth
