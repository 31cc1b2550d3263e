#include "kubernetes/record_writer.hpp"

#include <chrono>
#include <utility>

namespace berth {

namespace {

constexpr std::chrono::milliseconds pause{50};
constexpr std::chrono::milliseconds until_retry{1'000};

}  // namespace

RecordWriter::RecordWriter(ApiClient& client, AcceptanceRecord record, std::weak_ptr<void> alive,
                           std::function<void(const std::string&)> report)
    : client_(client),
      record_(std::move(record)),
      alive_(std::move(alive)),
      report_(std::move(report)) {}

RecordWriter::~RecordWriter() {
    write();
}

void RecordWriter::note(RecordLine line, std::function<void()> then) {
    pending_.push_back(std::move(line));
    if (then) waiting_.push_back(std::move(then));
    if (pending_.size() > 1) return;
    client_.call_later(pause, [this, guard = alive_] {
        if (const auto owner = guard.lock()) flush();
    });
}

void RecordWriter::flush() {
    if (!write()) retry_later();
}

bool RecordWriter::write() {
    if (pending_.empty() && record_.is_whole()) return true;
    if (const auto added = record_.add(std::exchange(pending_, {})); !added) {
        if (!std::exchange(trouble_is_told_, true)) {
            report_(added.error() +
                    " Until that is possible, Berth would not know after a restart of all that it "
                    "has started; it is tried again every second.");
        }
        return false;
    }
    trouble_is_told_ = false;
    for (const auto& then : std::exchange(waiting_, {})) {
        if (!alive_.expired()) then();
    }
    return true;
}

void RecordWriter::retry_later() {
    if (std::exchange(retry_is_due_, true)) return;
    client_.call_later(until_retry, [this, guard = alive_] {
        const auto owner = guard.lock();
        if (!owner) return;
        retry_is_due_ = false;
        flush();
    });
}

}  // namespace berth
