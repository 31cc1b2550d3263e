#include "policy/gap_filling.hpp"

#include <algorithm>
#include <limits>
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
    const Group* best = nullptr;
    for (Group& group : kind.groups) {
        if (!group.known) look_at(kind, group);
        if (!group.first) continue;
        const bool better =
            best == nullptr || *group.first < *best->first ||
            (group.first == best->first && group.free_at_first < best->free_at_first);
        if (better) best = &group;
    }
    if (best == nullptr) return std::nullopt;
    const Span span{*best->first, *best->first + job.length};
    return Placement{span, choose(kind, *best, span)};
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
            const auto group = kind.group_of[gpu.value];
            if (group != no_group) kind.groups[group].known = false;
        }
    }
}

GapPlan::Kind& GapPlan::kind_of(const GapJob& job) {
    const auto known =
        std::ranges::find_if(kinds_, [&](const Kind& kind) { return same_kind(kind.job, job); });
    if (known != kinds_.end()) return *known;
    return kinds_.emplace_back(make_kind(job));
}

GapPlan::Kind GapPlan::make_kind(const GapJob& job) const {
    Kind kind{job,
              job.ids.empty() ? static_cast<std::size_t>(job.wish.count) : job.ids.size(),
              {},
              std::vector(free_.size(), no_group)};
    const auto add = [&](GpuIndex gpu, std::uint32_t group) {
        kind.groups[group].gpus.push_back(gpu);
        kind.group_of[gpu.value] = group;
    };
    if (!job.ids.empty()) {
        kind.groups.emplace_back();
        for (const GpuIndex gpu : job.ids) add(gpu, 0);
        return kind;
    }
    std::map<std::string, std::uint32_t> numbers;
    for (const GpuIndex gpu : fleet_.matching(job.wish.selector)) {
        const auto name = group_name(fleet_.gpu(gpu), job.wish.spread);
        if (!name) continue;
        const auto [number, is_new] =
            numbers.try_emplace(*name, static_cast<std::uint32_t>(kind.groups.size()));
        if (is_new) kind.groups.emplace_back();
        add(gpu, number->second);
    }
    return kind;
}

// A gap [a, b) lets the job start from a to b - length. The first instant that enough GPUs allow is
// one of the a's.
void GapPlan::look_at(const Kind& kind, Group& group) {
    group.known = true;
    const std::optional<Instant> not_before = group.first;  // gaps only ever shrink
    group.first.reset();
    if (group.gpus.size() < kind.count) return;
    starts_.clear();
    lasts_.clear();
    for (const GpuIndex gpu : group.gpus) {
        for (const Span& gap : free_[gpu.value]) {
            const Instant last = gap.to - kind.job.length;
            if (last < gap.from || (not_before && last < *not_before)) continue;
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
        group.first = starts_[i];
        group.free_at_first = i + 1 - over;
        return;
    }
}

bool GapPlan::is_free(GpuIndex gpu, const Span& span) const {
    return std::ranges::any_of(free_[gpu.value], [&](const Span& gap) {
        return gap.from <= span.from && span.to <= gap.to;
    });
}

// Where a group has many nodes, those of which the fewest GPUs are free come first, so that whole
// nodes stay free.
std::vector<GpuIndex> GapPlan::choose(const Kind& kind, const Group& group,
                                      const Span& span) const {
    std::vector<GpuIndex> chosen;
    for (const GpuIndex gpu : group.gpus) {
        if (is_free(gpu, span)) chosen.push_back(gpu);
    }
    if (chosen.size() > kind.count) {
        std::map<NodeIndex, std::size_t> free_on;
        for (const GpuIndex gpu : chosen) ++free_on[fleet_.gpu(gpu).node];
        std::ranges::stable_sort(chosen, {}, [&](GpuIndex gpu) {
            const NodeIndex node = fleet_.gpu(gpu).node;
            return std::pair(free_on.at(node), node);
        });
        chosen.resize(kind.count);
    }
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace berth
