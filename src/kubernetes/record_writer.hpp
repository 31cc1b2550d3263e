// Writes the acceptance record a little later, so that many attempts which begin or end at once
// share one wait for the disk. Should this machine fail in between, the cluster's labels tell the
// same. What the disk does not take is tried again until it does. All on the client's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kubernetes/acceptance_record.hpp"
#include "kubernetes/api_client.hpp"

namespace berth {

class RecordWriter {
public:
    // What is left is written when it goes.
    RecordWriter(ApiClient& client, AcceptanceRecord record, std::weak_ptr<void> alive,
                 std::function<void(const std::string&)> report);
    ~RecordWriter();
    RecordWriter(const RecordWriter&) = delete;
    RecordWriter& operator=(const RecordWriter&) = delete;

    // `then` is called once the line is on the disk. While it cannot be written, that is reported
    // once.
    void note(RecordLine line, std::function<void()> then = {});

private:
    void flush();
    bool write();
    void retry_later();

    ApiClient& client_;
    AcceptanceRecord record_;
    std::weak_ptr<void> alive_;
    std::function<void(const std::string&)> report_;
    std::vector<RecordLine> pending_;
    std::vector<std::function<void()>> waiting_;  // until all is on the disk
    bool retry_is_due_ = false;
    bool trouble_is_told_ = false;
};

}  // namespace berth
