#include "policy/team_use.hpp"

#include <algorithm>
#include <vector>

namespace berth {

namespace {

constexpr double milliseconds_per_hour = 3'600'000;

// GPU-milliseconds from the beginning of time to any moment: exact, so that what was added and
// removed leaves nothing behind.
class Area {
public:
    explicit Area(const std::map<Instant, int>& steps) {
        corners_.reserve(steps.size());
        std::int64_t area = 0;
        int level = 0;
        for (const auto& [at, change] : steps) {
            if (!corners_.empty()) area += level * (at - corners_.back().at).count();
            level += change;
            corners_.push_back({at, area, level});
        }
    }

    [[nodiscard]] std::int64_t until(Instant at) const {
        auto after = std::ranges::upper_bound(corners_, at, {}, &Corner::at);
        if (after == corners_.begin()) return 0;
        const Corner& corner = *--after;
        return corner.area + corner.level * (at - corner.at).count();
    }
    [[nodiscard]] double gpu_hours(Span span) const {
        return static_cast<double>(until(span.to) - until(span.from)) / milliseconds_per_hour;
    }

private:
    struct Corner {
        Instant at;
        std::int64_t area;  // up to here
        int level;          // from here on
    };
    std::vector<Corner> corners_;
};

}  // namespace

void TeamUse::step(Span span, int gpus) {
    if (span.empty() || gpus == 0) return;
    const auto change = [&](Instant at, int by) {
        const auto found = steps_.try_emplace(at, 0).first;
        found->second += by;
        if (found->second == 0) steps_.erase(found);
    };
    change(span.from, gpus);
    change(span.to, -gpus);
}

double TeamUse::gpu_hours(Span span) const {
    return Area(steps_).gpu_hours(span);
}

int TeamUse::most_at_once(Span span) const {
    if (span.empty()) return 0;
    int level = 0;
    auto at = steps_.begin();
    for (; at != steps_.end() && at->first <= span.from; ++at) level += at->second;
    int most = level;
    for (; at != steps_.end() && at->first < span.to; ++at) {
        level += at->second;
        most = std::max(most, level);
    }
    return most;
}

TeamUse::Busiest TeamUse::busiest(Span span, Duration length) const {
    const Area area(steps_);
    const Instant first = span.from - length;
    Busiest busiest{{first, span.from}, area.gpu_hours({first, span.from})};
    // Sliding, the sum bends only where one of the window's ends meets a step.
    std::vector<Instant> starts{span.to};
    for (const auto& [at, change] : steps_) {
        for (const Instant start : {at - length, at}) {
            if (first < start && start < span.to) starts.push_back(start);
        }
    }
    std::ranges::sort(starts);
    for (const Instant start : starts) {
        const Span window{start, start + length};
        const double hours = area.gpu_hours(window);
        if (hours > busiest.gpu_hours) busiest = {window, hours};
    }
    return busiest;
}

}  // namespace berth
