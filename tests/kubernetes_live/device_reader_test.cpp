// What becomes of asking a container that is not there for its GPUs, over the real exec API. One
// that is there is asked in tests/cluster/test_devices.py.
#include "kubernetes/device_reader.hpp"

#include <future>

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

}  // namespace
}  // namespace berth
