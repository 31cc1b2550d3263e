#include "kubernetes_live/live_cluster.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace berth {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string config_map(const std::string& name, const std::string& value) {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
           R"("},"data":{"value":")" + value + "\"}}";
}

}  // namespace

void LiveCluster::SetUp() {
    const auto kubeconfig = environment("BERTH_TEST_KUBECONFIG");
    if (kubeconfig.empty()) {
        GTEST_SKIP() << "BERTH_TEST_KUBECONFIG names no cluster: ./test cluster starts one";
    }
    auto access = read_kubeconfig(kubeconfig, {});
    ASSERT_TRUE(access) << access.error();
    client = std::make_unique<ApiClient>(*access, ApiClientOptions{});
    static int number = 0;
    space = "live-" + std::to_string(getpid()) + "-" + std::to_string(++number);
    const auto made = client->ask(
        {.method = "POST",
         .path = "/api/v1/namespaces",
         .body = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + space + "\"}}"});
    ASSERT_TRUE(made.is_ok()) << made.message();
}

void LiveCluster::TearDown() {
    if (client) {
        (void)client->ask({.method = "DELETE", .path = "/api/v1/namespaces/" + space});
    }
}

ApiReply LiveCluster::create(const std::string& name, const std::string& value) {
    return client->ask({.method = "POST", .path = config_maps(), .body = config_map(name, value)});
}

ApiReply LiveCluster::change(const std::string& name, const std::string& value) {
    return client->ask({.method = "PATCH",
                        .path = config_maps() + "/" + name + "?fieldManager=test&force=true",
                        .body = config_map(name, value),
                        .content_type = "application/apply-patch+yaml"});
}

ApiReply LiveCluster::remove(const std::string& name) {
    return client->ask({.method = "DELETE", .path = config_maps() + "/" + name});
}

void LiveCluster::create_many(int count) {
    std::atomic<int> created = 0;
    std::mutex mutex;
    std::condition_variable changed;
    int answered = 0;
    std::string refusal;
    for (int i = 0; i < count; ++i) {
        client->send({.method = "POST",
                      .path = config_maps(),
                      .body = config_map("many-" + std::to_string(i), "0")},
                     [&](const ApiReply& reply) {
                         const std::lock_guard lock(mutex);
                         if (reply.status == 201) ++created;
                         if (!reply.is_ok()) refusal = reply.message();
                         ++answered;
                         changed.notify_all();
                     });
    }
    std::unique_lock lock(mutex);
    // Endless, as every request has its own limit: the callbacks refer to what is on this stack.
    changed.wait(lock, [&] { return answered == count; });
    ASSERT_EQ(created, count) << refusal;
}

void LiveCluster::run_script(const std::string& name) {
    const auto folder = environment("BERTH_TEST_CLUSTER");
    ASSERT_FALSE(folder.empty()) << "BERTH_TEST_CLUSTER names no folder";
    const auto command = "tests/cluster/" + name + " '" + folder + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

Mirror::Mirror(ApiClient& client, const std::string& path)
    : watch_(
          client, {.path = path, .field_selector = "metadata.name!=kube-root-ca.crt"},
          {.seen =
               [this](const std::string& key, const boost::json::object& object) {
                   const auto name = key.substr(key.find('/') + 1);
                   const std::string value(object.at("data").as_object().at("value").as_string());
                   note("+ " + name + " " + value, [&] { objects_[name] = value; });
               },
           .gone =
               [this](const std::string& key) {
                   const auto name = key.substr(key.find('/') + 1);
                   note("- " + name, [&] { objects_.erase(name); });
               },
           .in_step = [this] { note("in step", [&] { is_in_step_ = true; }); },
           .trouble =
               [this](const std::string& why) { note("trouble: " + why, [&] { ++troubles_; }); }}) {
}

void Mirror::note(const std::string& what, const std::function<void()>& change) {
    {
        const std::lock_guard lock(mutex_);
        history_.push_back(what);
        change();
    }
    changed_.notify_all();
}

template <class Done>
bool Mirror::wait(std::chrono::seconds limit, Done done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, done);
}

bool Mirror::shows(std::map<std::string, std::string> objects, std::chrono::seconds limit) {
    return wait(limit, [&] { return is_in_step_ && objects_ == objects; });
}

bool Mirror::shows_count(std::size_t count, std::chrono::seconds limit) {
    return wait(limit, [&] { return is_in_step_ && objects_.size() == count; });
}

bool Mirror::is_troubled_within(std::chrono::seconds limit) {
    return wait(limit, [&] { return troubles_ > 0; });
}

std::vector<std::string> Mirror::history() {
    const std::lock_guard lock(mutex_);
    return history_;
}

int Mirror::troubles() {
    const std::lock_guard lock(mutex_);
    return troubles_;
}

}  // namespace berth
