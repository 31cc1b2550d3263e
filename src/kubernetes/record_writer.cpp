#include "kubernetes/record_writer.hpp"

#include <chrono>
#include <utility>

namespace berth {

namespace {

constexpr std::chrono::milliseconds pause{50};

}  // namespace

RecordWriter::RecordWriter(ApiClient& client, AcceptanceRecord record, std::weak_ptr<void> alive,
                           std::function<void(const std::string&)> report)
    : client_(client),
      record_(std::move(record)),
      alive_(std::move(alive)),
      report_(std::move(report)) {}

RecordWriter::~RecordWriter() {
    flush();
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
    if (pending_.empty()) return;
    if (const auto added = record_.add(pending_); !added) report_(added.error());
    pending_.clear();
    for (const auto& then : std::exchange(waiting_, {})) {
        if (!alive_.expired()) then();
    }
}

}  // namespace berth
