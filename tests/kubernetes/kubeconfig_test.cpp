// What a kubeconfig says about how to log in, and what Berth says about those it does not take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "kubernetes/cluster_access.hpp"

namespace berth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
const std::string certificate_base64 =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

class Kubeconfig : public testing::Test {
protected:
    Kubeconfig() {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("kubeconfig-" +
                  std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~Kubeconfig() override { std::filesystem::remove_all(folder); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }
    // A file whose cluster and user have these keys.
    std::expected<ClusterAccess, std::string> read(
        const std::string& user, const std::string& cluster = "server: https://10.0.0.1:6443",
        const std::optional<std::string>& context = std::nullopt) const {
        write("config",
              "apiVersion: v1\nkind: Config\n"
              "clusters: [{name: c, cluster: {" +
                  cluster +
                  "}}]\n"
                  "users: [{name: u, user: {" +
                  user +
                  "}}]\n"
                  "contexts:\n"
                  "- {name: day, context: {cluster: c, user: u, namespace: team-a}}\n"
                  "- {name: lost, context: {cluster: other, user: u}}\n"
                  "- {name: nobody, context: {cluster: c}}\n"
                  "- {name: stranger, context: {cluster: c, user: who}}\n"
                  "current-context: day\n");
        return read_kubeconfig(folder / "config", context);
    }
    std::string refused(const std::string& user,
                        const std::string& cluster = "server: https://10.0.0.1:6443",
                        const std::optional<std::string>& context = std::nullopt) const {
        const auto access = read(user, cluster, context);
        return access ? "it was taken" : access.error();
    }

    std::filesystem::path folder;
};

TEST_F(Kubeconfig, a_token_and_the_namespace_of_the_current_context_are_taken) {
    const auto access = read("token: abc", "server: https://10.0.0.1:6443/");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->server, "https://10.0.0.1:6443");
    EXPECT_EQ(access->token, "abc");
    EXPECT_EQ(access->default_namespace, "team-a");
    EXPECT_FALSE(access->trusts_anyone);
    EXPECT_TRUE(access->authority.empty());
}

TEST_F(Kubeconfig, certificates_in_the_file_are_decoded) {
    const auto access =
        read("client-certificate-data: " + certificate_base64 +
                 ", client-key-data: " + certificate_base64,
             "server: https://k, certificate-authority-data: " + certificate_base64);
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->authority, certificate);
    EXPECT_EQ(access->certificate, certificate);
    EXPECT_EQ(access->key, certificate);
}

TEST_F(Kubeconfig, certificates_beside_it_are_read_from_its_own_folder) {
    write("ca.crt", certificate);
    write("me.crt", certificate);
    write("me.key", "-----BEGIN EC PRIVATE KEY-----\n");
    const auto access =
        read("client-certificate: me.crt, client-key: " + (folder / "me.key").string(),
             "server: https://k, certificate-authority: ca.crt");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->authority, certificate);
    EXPECT_EQ(access->key, "-----BEGIN EC PRIVATE KEY-----\n");
}

TEST_F(Kubeconfig, a_token_file_counts_more_than_a_token) {
    write("token", "of the file\n");
    const auto access = read("token: abc, tokenFile: token");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->token_file, folder / "token");
    EXPECT_EQ(access->token, "");
}

TEST_F(Kubeconfig, another_name_of_the_server_and_no_check_of_it_are_taken) {
    const auto access = read("token: a",
                             "server: https://k, tls-server-name: kubernetes.default, "
                             "insecure-skip-tls-verify: true");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->server_name, "kubernetes.default");
    EXPECT_TRUE(access->trusts_anyone);
}

TEST_F(Kubeconfig, a_context_without_a_user_is_anonymous) {
    const auto access = read("token: a", "server: https://k", "nobody");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->token, "");
    EXPECT_EQ(access->default_namespace, "default");
}

TEST_F(Kubeconfig, a_file_that_is_not_there_is_named) {
    const auto access = read_kubeconfig(folder / "none", {});
    ASSERT_FALSE(access);
    EXPECT_THAT(access.error(), AllOf(HasSubstr((folder / "none").string()),
                                      HasSubstr("No such file or directory")));
}

TEST_F(Kubeconfig, what_is_not_yaml_is_refused) {
    write("config", "{");
    EXPECT_THAT(read_kubeconfig(folder / "config", {}).error(), HasSubstr("cannot be understood"));
    write("config", "just words");
    EXPECT_THAT(read_kubeconfig(folder / "config", {}).error(), HasSubstr("kubectl config view"));
}

TEST_F(Kubeconfig, a_context_that_is_not_there_is_answered_with_those_that_are) {
    EXPECT_THAT(refused("token: a", "server: https://k", "night"),
                AllOf(HasSubstr("no context named night"), HasSubstr("day, lost")));
}

TEST_F(Kubeconfig, without_a_current_context_one_must_be_said) {
    write("config", "contexts: [{name: day, context: {cluster: c}}]");
    EXPECT_THAT(read_kubeconfig(folder / "config", {}).error(),
                AllOf(HasSubstr("no current context"), HasSubstr("it has day")));
}

TEST_F(Kubeconfig, a_cluster_or_user_that_is_not_there_is_refused) {
    EXPECT_THAT(refused("token: a", "server: https://k", "lost"),
                HasSubstr("no cluster named other; it has c"));
    EXPECT_THAT(refused("token: a", "server: https://k", "stranger"),
                HasSubstr("no user named who; it has u"));
}

TEST_F(Kubeconfig, an_exec_plugin_is_refused_with_what_to_do_instead) {
    EXPECT_THAT(refused("exec: {command: aws, args: [eks, get-token]}"),
                AllOf(HasSubstr("running a program (exec: aws)"), HasSubstr("service account"),
                      HasSubstr("client certificate")));
}

TEST_F(Kubeconfig, other_log_ins_are_refused_with_what_to_do_instead) {
    EXPECT_THAT(refused("auth-provider: {name: gcp}"),
                AllOf(HasSubstr("auth-provider"), HasSubstr("service account")));
    EXPECT_THAT(refused("username: me, password: secret"),
                AllOf(HasSubstr("name and a password"), HasSubstr("service account"),
                      testing::Not(HasSubstr("secret"))));
    EXPECT_THAT(refused("token: a, as: somebody"), HasSubstr("acts as somebody else"));
}

TEST_F(Kubeconfig, a_proxy_is_refused) {
    EXPECT_THAT(refused("token: a", "server: https://k, proxy-url: http://p:3128"),
                HasSubstr("remove it"));
}

TEST_F(Kubeconfig, a_log_in_never_goes_out_in_the_clear) {
    EXPECT_THAT(refused("token: a", "server: http://10.0.0.1:8080"), HasSubstr("https://"));
    EXPECT_TRUE(read("", "server: http://127.0.0.1:8001")) << "kubectl proxy, on this machine";
    EXPECT_THAT(refused("token: a", "server: nonsense"), HasSubstr("no address"));
    EXPECT_THAT(refused("token: a", "{}"), HasSubstr("no address"));
}

TEST_F(Kubeconfig, a_certificate_without_its_key_is_refused) {
    EXPECT_THAT(refused("client-certificate-data: " + certificate_base64),
                HasSubstr("only together"));
    EXPECT_THAT(refused("client-key-data: " + certificate_base64), HasSubstr("only together"));
}

TEST_F(Kubeconfig, what_is_no_certificate_is_refused_by_its_key) {
    EXPECT_THAT(refused("client-certificate-data: '%%%'"),
                HasSubstr("client-certificate-data is not base64"));
    EXPECT_THAT(refused("token: a", "server: https://k, certificate-authority-data: aGVsbG8="),
                HasSubstr("certificate-authority holds no PEM"));
    EXPECT_THAT(refused("token: a", "server: https://k, certificate-authority: none.crt"),
                AllOf(HasSubstr("certificate-authority: "), HasSubstr("none.crt cannot be read")));
}

TEST_F(Kubeconfig, a_token_file_that_is_not_there_is_refused) {
    EXPECT_THAT(refused("tokenFile: none"), HasSubstr("none cannot be read"));
}

class Pod : public Kubeconfig {
protected:
    ~Pod() override {
        unsetenv("KUBERNETES_SERVICE_HOST");
        unsetenv("KUBERNETES_SERVICE_PORT");
    }
    static void set_service(const char* host, const char* port) {
        setenv("KUBERNETES_SERVICE_HOST", host, 1);
        setenv("KUBERNETES_SERVICE_PORT", port, 1);
    }
};

TEST_F(Pod, the_service_accounts_folder_is_how_a_pod_logs_in) {
    set_service("10.96.0.1", "443");
    write("token", "abc");
    write("ca.crt", certificate);
    write("namespace", "berth\n");
    const auto access = in_cluster_access(folder);
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->server, "https://10.96.0.1:443");
    EXPECT_EQ(access->authority, certificate);
    EXPECT_EQ(access->token_file, folder / "token");
    EXPECT_EQ(access->default_namespace, "berth");
}

TEST_F(Pod, an_address_of_the_newer_kind_is_put_in_brackets) {
    set_service("fd00::1", "443");
    write("token", "abc");
    write("ca.crt", certificate);
    EXPECT_EQ(in_cluster_access(folder)->server, "https://[fd00::1]:443");
}

TEST_F(Pod, outside_a_pod_a_kubeconfig_is_asked_for) {
    unsetenv("KUBERNETES_SERVICE_HOST");
    EXPECT_THAT(in_cluster_access(folder).error(), HasSubstr("name a kubeconfig"));
}

TEST_F(Pod, a_pod_without_a_token_is_told_how_to_get_one) {
    set_service("10.96.0.1", "443");
    EXPECT_THAT(in_cluster_access(folder).error(), HasSubstr("serviceAccountName"));
    write("token", "abc");
    EXPECT_THAT(in_cluster_access(folder).error(), HasSubstr("ca.crt cannot be read"));
}

}  // namespace
}  // namespace berth
