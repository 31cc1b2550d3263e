// Asking a container for its GPUs over the real exec API. A running pod is named by
// BERTH_TEST_POD ("namespace/pod/container") and its devices by BERTH_TEST_POD_DEVICES ("0,1").
#include "kubernetes/device_reader.hpp"

#include <cstdlib>
#include <future>
#include <sstream>

#include "kubernetes_live/live_cluster.hpp"

namespace berth {
namespace {

class Devices : public LiveCluster {
protected:
    DeviceReader::Answer read(DeviceReader& reader, const std::string& namespace_name,
                              const std::string& pod, const std::string& container) {
        std::promise<DeviceReader::Answer> answer;
        reader.read(namespace_name, pod, container,
                    [&](const DeviceReader::Answer& devices) { answer.set_value(devices); });
        return answer.get_future().get();
    }
};

TEST_F(Devices, a_pod_that_is_not_there_is_told_in_the_servers_words) {
    DeviceReader reader(client->access());
    const auto devices = read(reader, space, "nobody", "main");
    ASSERT_FALSE(devices);
    EXPECT_THAT(devices.error(), testing::HasSubstr("pods \"nobody\" not found"));
}

TEST_F(Devices, more_than_go_at_once_are_all_answered) {
    DeviceReader reader(client->access());
    std::vector<std::promise<DeviceReader::Answer>> answers(30);
    for (auto& answer : answers) {
        reader.read(space, "nobody", "main",
                    [&](const DeviceReader::Answer& devices) { answer.set_value(devices); });
    }
    for (auto& answer : answers) EXPECT_FALSE(answer.get_future().get());
}

TEST_F(Devices, a_running_container_says_which_it_has) {
    const char* pod = std::getenv("BERTH_TEST_POD");
    const char* expected = std::getenv("BERTH_TEST_POD_DEVICES");
    if (pod == nullptr || expected == nullptr) GTEST_SKIP() << "BERTH_TEST_POD names no pod";
    std::istringstream names(pod);
    std::string namespace_name;
    std::string name;
    std::string container;
    std::getline(names, namespace_name, '/');
    std::getline(names, name, '/');
    std::getline(names, container, '/');
    DeviceReader reader(client->access());
    const auto devices = read(reader, namespace_name, name, container);
    ASSERT_TRUE(devices) << devices.error();
    std::string text;
    for (const int device : *devices) text += (text.empty() ? "" : ",") + std::to_string(device);
    EXPECT_EQ(text, expected);
}

}  // namespace
}  // namespace berth
