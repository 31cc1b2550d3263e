#include "kubernetes/device_check.hpp"

#include <algorithm>

#include "kubernetes/end_words.hpp"
#include "kubernetes/names.hpp"

namespace berth {

namespace {

constexpr int most_tries = 3;
constexpr std::chrono::milliseconds between_tries{5'000};

}  // namespace

void DeviceCheck::advance(ClusterAttempt& attempt, const AttemptSight& sight) {
    const bool is_open = tools_.options.reads_devices &&
                         tools_.options.devices == KubernetesOptions::Devices::counted;
    if (!is_open || attempt.status.gpus || !attempt.stop.empty()) return;
    std::vector<const PodSight*> pods = sight.pods;
    std::ranges::sort(pods, {},
                      [](const PodSight* pod) { return rank_in(pod->labels).value_or(0); });
    const auto expected = static_cast<std::size_t>(sight.job != nullptr ? sight.job->pods : 0);
    std::vector<std::string> gpus;
    bool all_known = pods.size() >= expected;
    for (const PodSight* pod : pods) {
        const auto known = attempt.devices.find(pod->name);
        if (known == attempt.devices.end()) {
            all_known = false;
            if (pod->running_since && !is_over(*pod)) ask(attempt, *pod);
            continue;
        }
        for (const int device : known->second) {
            gpus.push_back(pod->node + "/" + std::to_string(device));
        }
    }
    if (all_known && !gpus.empty()) attempt.status.gpus = std::move(gpus);
}

void DeviceCheck::ask(ClusterAttempt& attempt, const PodSight& pod) {
    if (attempt.failed_reads[pod.name] >= most_tries || attempt.reading.contains(pod.name)) return;
    if (!tools_.may_ask(attempt, "devices of " + pod.name, between_tries)) return;
    if (!reader_) reader_ = std::make_unique<DeviceReader>(tools_.client.access());
    attempt.reading.insert(pod.name);
    reader_->read(pod.namespace_name, pod.name, "main",
                  [this, id = attempt.id, name = pod.name](const DeviceReader::Answer& answer) {
                      tools_.client.call([this, guard = tools_.alive, id, name, answer] {
                          if (const auto owner = guard.lock()) take(id, name, answer);
                      });
                  });
}

void DeviceCheck::take(const AttemptId& id, const std::string& pod,
                       const DeviceReader::Answer& answer) {
    ClusterAttempt* attempt = tools_.find(id);
    if (attempt == nullptr) return;
    attempt->reading.erase(pod);
    if (answer) {
        attempt->devices[pod] = *answer;
    } else if (++attempt->failed_reads[pod] == most_tries && !std::exchange(told_trouble_, true)) {
        tools_.report("Which GPUs pods really got is not known: " + answer.error() +
                      " The calendar shows those that were booked.");
    }
    tools_.touch(id);
}

}  // namespace berth
