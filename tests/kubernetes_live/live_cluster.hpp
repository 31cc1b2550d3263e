// The cluster that BERTH_TEST_KUBECONFIG names, with a namespace of the test's own; skipped without
// one. BERTH_TEST_CLUSTER names the folder of its programs, for what stops and starts them; the
// tests run in the root of the sources.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "kubernetes/object_watch.hpp"

namespace berth {

class LiveCluster : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    [[nodiscard]] std::string config_maps() const {
        return "/api/v1/namespaces/" + space + "/configmaps";
    }
    ApiReply create(const std::string& name, const std::string& value);
    ApiReply change(const std::string& name, const std::string& value);
    ApiReply remove(const std::string& name);
    // Waits until all of them are there.
    void create_many(int count);

    // tests/cluster/NAME FOLDER; skips the test when the folder is not known.
    void run_script(const std::string& name);

    std::string space;
    std::unique_ptr<ApiClient> client;
};

// ConfigMap objects as an ObjectWatch tells of them: name → data.value.
class Mirror {
public:
    Mirror(ApiClient& client, const std::string& path);

    // False: not within the time.
    [[nodiscard]] bool shows(std::map<std::string, std::string> objects,
                             std::chrono::seconds limit = std::chrono::seconds(10));
    [[nodiscard]] bool shows_count(std::size_t count,
                                   std::chrono::seconds limit = std::chrono::seconds(30));
    [[nodiscard]] bool is_troubled_within(std::chrono::seconds limit);
    [[nodiscard]] std::vector<std::string> history();  // "+ a 1", "- a", "in step"
    [[nodiscard]] int troubles();

private:
    template <class Done>
    bool wait(std::chrono::seconds limit, Done done);
    void note(const std::string& what, const std::function<void()>& change);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::string> objects_;
    std::vector<std::string> history_;
    int troubles_ = 0;
    bool is_in_step_ = false;
    ObjectWatch watch_;  // last: it calls back
};

}  // namespace berth
