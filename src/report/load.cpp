#include "report/load.hpp"

#include <algorithm>

namespace berth {

void Load::add(const Span& span, int gpus) {
    if (span.empty() || gpus == 0) return;
    changes_.emplace_back(span.from, gpus);
    changes_.emplace_back(span.to, -gpus);
}

// At one moment what ends comes before what begins.
std::vector<std::pair<Instant, int>> Load::sorted() const {
    auto changes = changes_;
    std::ranges::sort(changes);
    return changes;
}

std::vector<std::int64_t> Load::fold(const std::vector<Hour>& hours) const {
    std::vector<std::int64_t> sums(hours.size(), 0);
    const auto changes = sorted();
    auto next = changes.begin();
    std::int64_t level = 0;
    for (std::size_t i = 0; i < hours.size(); ++i) {
        Instant at = hours[i].span.from;
        const Instant end = hours[i].span.to;
        for (; next != changes.end() && next->first < end; ++next) {
            const Instant then = std::max(next->first, at);
            sums[i] += level * (then - at).count();
            at = then;
            level += next->second;
        }
        sums[i] += level * (end - at).count();
    }
    return sums;
}

int Load::most_at_once() const {
    int level = 0;
    int most = 0;
    for (const auto& [at, change] : sorted()) {
        level += change;
        most = std::max(most, level);
    }
    return most;
}

}  // namespace berth
