#include "policy/gap_filling.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

namespace berth {

namespace {

constexpr auto no_group = std::numeric_limits<std::uint32_t>::max();

bool same_kind(const GapJob& a, const GapJob& b) {
    if (a.length != b.length || a.ids != b.ids) return false;
    return !a.ids.empty() || a.wish == b.wish;
}

// Which of the spread's groups the GPU is in; nothing when it is in none.
std::optional<std::string> group_name(const Gpu& gpu, const Spread& spread) {
    switch (spread.kind) {
        case Spread::Kind::any:
            return "";
        case Spread::Kind::same_node:
            return gpu.spec.node;
        case Spread::Kind::same_label:
            break;
    }
    const auto label = gpu.spec.labels.find(spread.label);
    if (label == gpu.spec.labels.end()) return std::nullopt;
    return label->second;
}

}  // namespace

GapPlan::GapPlan(const Fleet& fleet, std::vector<std::vector<Span>> free)
    : fleet_(fleet), free_(std::move(free)) {}

std::optional<Placement> GapPlan::earliest(const GapJob& job) {
    Kind& kind = kind_of(job);
    const auto& groups = kind.grouping->groups;
    std::size_t best = groups.size();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        Room& room = kind.rooms[i];
        if (!room.is_known) room = look_at(kind, groups[i]);
        if (!room.first) continue;
        const auto rank = [&](const Room& one) { return std::pair(*one.first, one.free_then); };
        if (best == groups.size() || rank(room) < rank(kind.rooms[best])) best = i;
    }
    if (best == groups.size()) return std::nullopt;
    const Instant start = *kind.rooms[best].first;
    const Span span{start, start + job.length};
    return Placement{span, choose(groups[best], kind, span)};
}

void GapPlan::take(const Placement& placement) {
    const Span& taken = placement.span;
    for (const GpuIndex gpu : placement.gpus) {
        auto& spans = free_[gpu.value];
        const auto gap = std::ranges::find_if(spans, [&](const Span& span) {
            return span.from <= taken.from && taken.to <= span.to;
        });
        const Span before{gap->from, taken.from};
        const Span after{taken.to, gap->to};
        auto at = spans.erase(gap);
        if (!after.empty()) at = spans.insert(at, after);
        if (!before.empty()) spans.insert(at, before);
        for (Kind& kind : kinds_) {
            const auto group = kind.grouping->group_of[gpu.value];
            // Where there was no room there will be none.
            if (group != no_group && kind.rooms[group].first) kind.rooms[group].is_known = false;
        }
    }
}

GapPlan::Kind& GapPlan::kind_of(const GapJob& job) {
    const auto known =
        std::ranges::find_if(kinds_, [&](const Kind& kind) { return same_kind(kind.job, job); });
    if (known != kinds_.end()) return *known;
    const Grouping& grouping = grouping_of(job);
    const std::size_t count =
        job.ids.empty() ? static_cast<std::size_t>(job.wish.count) : job.ids.size();
    return kinds_.emplace_back(
        Kind{job, count, &grouping, std::vector<Room>(grouping.groups.size())});
}

const GapPlan::Grouping& GapPlan::grouping_of(const GapJob& job) {
    const auto known = std::ranges::find_if(groupings_, [&](const Grouping& one) {
        if (one.ids != job.ids) return false;
        return !job.ids.empty() ||
               (one.selector == job.wish.selector && one.spread == job.wish.spread);
    });
    return known != groupings_.end() ? *known : groupings_.emplace_back(make_grouping(job));
}

GapPlan::Grouping GapPlan::make_grouping(const GapJob& job) const {
    Grouping made{
        job.wish.selector, job.wish.spread, job.ids, {}, std::vector(free_.size(), no_group)};
    const auto add = [&](GpuIndex gpu, std::uint32_t group) {
        made.groups[group].push_back(gpu);
        made.group_of[gpu.value] = group;
    };
    if (!job.ids.empty()) {
        made.groups.emplace_back();
        for (const GpuIndex gpu : job.ids) add(gpu, 0);
        return made;
    }
    std::map<std::string, std::uint32_t> numbers;
    for (const GpuIndex gpu : fleet_.matching(job.wish.selector)) {
        const auto name = group_name(fleet_.gpu(gpu), job.wish.spread);
        if (!name) continue;
        const auto [number, is_new] =
            numbers.try_emplace(*name, static_cast<std::uint32_t>(made.groups.size()));
        if (is_new) made.groups.emplace_back();
        add(gpu, number->second);
    }
    return made;
}

// A gap [a, b) lets the job start from a to b - length. The first instant that enough GPUs allow is
// one of the a's.
GapPlan::Room GapPlan::look_at(const Kind& kind, const std::vector<GpuIndex>& group) {
    Room room{true, {}, 0};
    if (group.size() < kind.count) return room;
    if (kind.job.ids.empty() && kind.job.wish.per_node > 0) return look_at_pieces(kind, group);
    starts_.clear();
    lasts_.clear();
    for (const GpuIndex gpu : group) {
        for (const Span& gap : free_[gpu.value]) {
            const Instant last = gap.to - kind.job.length;
            if (last < gap.from) continue;
            starts_.push_back(gap.from);
            lasts_.push_back(last);
        }
    }
    std::ranges::sort(starts_);
    std::ranges::sort(lasts_);
    std::size_t over = 0;
    for (std::size_t i = 0; i < starts_.size(); ++i) {
        // All that begin at the same instant count together.
        if (i + 1 < starts_.size() && starts_[i + 1] == starts_[i]) continue;
        while (over < lasts_.size() && lasts_[over] < starts_[i]) ++over;
        if (i + 1 - over < kind.count) continue;
        room.first = starts_[i];
        room.free_then = i + 1 - over;
        return room;
    }
    return room;
}

// The same where each node counts by whole pieces.
GapPlan::Room GapPlan::look_at_pieces(const Kind& kind, const std::vector<GpuIndex>& group) const {
    struct Gap {
        Instant at;
        NodeIndex node;
        auto operator<=>(const Gap&) const = default;
    };
    std::vector<Gap> first_starts;
    std::vector<Gap> last_starts;
    for (const GpuIndex gpu : group) {
        for (const Span& gap : free_[gpu.value]) {
            const Instant last = gap.to - kind.job.length;
            if (last < gap.from) continue;
            first_starts.push_back({gap.from, fleet_.gpu(gpu).node});
            last_starts.push_back({last, fleet_.gpu(gpu).node});
        }
    }
    std::ranges::sort(first_starts);
    std::ranges::sort(last_starts);
    const auto piece = static_cast<std::size_t>(kind.job.wish.per_node);
    std::map<NodeIndex, std::size_t> free_on;
    std::size_t pieces = 0;
    std::size_t over = 0;
    Room room{true, {}, 0};
    for (std::size_t i = 0; i < first_starts.size(); ++i) {
        const auto& [start, node] = first_starts[i];
        for (; over < last_starts.size() && last_starts[over].at < start; ++over) {
            if (free_on[last_starts[over].node]-- % piece == 0) --pieces;
        }
        if (++free_on[node] % piece == 0) ++pieces;
        const bool more_now = i + 1 < first_starts.size() && first_starts[i + 1].at == start;
        if (more_now || pieces * piece < kind.count) continue;
        room.first = start;
        room.free_then = i + 1 - over;
        break;
    }
    return room;
}

bool GapPlan::is_free(GpuIndex gpu, const Span& span) const {
    return std::ranges::any_of(free_[gpu.value], [&](const Span& gap) {
        return gap.from <= span.from && span.to <= gap.to;
    });
}

// Where a group has many nodes, those of which the fewest GPUs are free come first, so that whole
// nodes stay free.
std::vector<GpuIndex> GapPlan::choose(const std::vector<GpuIndex>& group, const Kind& kind,
                                      const Span& span) const {
    std::map<NodeIndex, std::vector<GpuIndex>> free_on;
    for (const GpuIndex gpu : group) {
        if (is_free(gpu, span)) free_on[fleet_.gpu(gpu).node].push_back(gpu);
    }
    std::vector<const std::vector<GpuIndex>*> nodes;
    for (const auto& [node, gpus] : free_on) nodes.push_back(&gpus);
    std::ranges::stable_sort(nodes, {}, [](const auto* gpus) { return gpus->size(); });
    const std::size_t piece =
        kind.job.ids.empty() ? static_cast<std::size_t>(std::max(kind.job.wish.per_node, 1)) : 1;
    std::vector<GpuIndex> chosen;
    for (const auto* gpus : nodes) {
        const std::size_t taken =
            std::min(kind.count - chosen.size(), gpus->size() / piece * piece);
        chosen.insert(chosen.end(), gpus->begin(),
                      gpus->begin() + static_cast<std::ptrdiff_t>(taken));
    }
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace berth
