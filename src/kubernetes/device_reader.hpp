// Asks running containers which GPUs they really got, by the exec API (a WebSocket each, at most a
// few at once, ten seconds each). One thread of its own. Needs the verbs get and create on
// pods/exec.
//
//     DeviceReader reader(client.access());
//     reader.read("berth-jobs", "berth-r-17-1-task-0", "main",
//                 [](const DeviceReader::Answer& devices) { … on the reader's thread … });
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kubernetes/cluster_access.hpp"

namespace berth {

class DeviceReader {
public:
    // The device numbers in rising order. Error: why they are not known.
    using Answer = std::expected<std::vector<int>, std::string>;
    using Done = std::function<void(const Answer&)>;

    explicit DeviceReader(ClusterAccess access);
    // No `done` is called any more.
    ~DeviceReader();
    DeviceReader(const DeviceReader&) = delete;
    DeviceReader& operator=(const DeviceReader&) = delete;

    // From any thread. `done` must not throw.
    void read(const std::string& namespace_name, const std::string& pod,
              const std::string& container, Done done);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
