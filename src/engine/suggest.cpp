#include "engine/suggest.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace berth {

namespace {

class Finder {
public:
    Finder(const State& state, const Wish& wish, const Asker& asker, Instant now)
        : state_(state),
          open_(state, asker, now),
          wish_(wish),
          start_slot_(state.grid.slot_at(wish.span.from)),
          later_{std::max(open_.first_slot(), start_slot_ + 1), open_.last_start(wish.slots)},
          earlier_{open_.first_slot(), std::min(start_slot_ - 1, later_.last)} {}

    // In the order that decides between two at the same distance.
    std::vector<Suggestion> find() {
        if (wish_.gpus.named()) other_gpus();
        later();
        earlier();
        shorter();
        fewer();
        std::ranges::stable_sort(
            found_, {}, [&](const Suggestion& suggestion) { return distance(wish_, suggestion); });
        return std::move(found_);
    }

private:
    void add(SuggestionKind kind, const Placement& placement, std::string why) {
        found_.push_back(make_suggestion(state_, kind, placement, std::move(why)));
    }

    void add_moved(SuggestionKind kind, const Placement& placement, const std::string& which) {
        const Duration shift = placement.span.from - wish_.span.from;
        add(kind, placement,
            which + ", " + length_text(std::chrono::abs(shift)) +
                (shift > Duration::zero() ? " later" : " earlier"));
    }

    [[nodiscard]] WishedGpus any_like_these() const { return {{}, wish_.gpus.wish}; }

    void other_gpus() {
        if (const auto placement = open_.at(any_like_these(), wish_.span)) {
            add(SuggestionKind::other_gpus, *placement, "other GPUs at the same time");
        }
    }

    void later() {
        std::optional<Placement> same;
        if (wish_.gpus.named()) same = open_.earliest(wish_.gpus, wish_.slots, later_);
        if (same) add_moved(SuggestionKind::same_gpus_later, *same, "the same GPUs");
        const auto any = open_.earliest(any_like_these(), wish_.slots, later_);
        if (any && (!same || any->span.from < same->span.from)) {
            add_moved(SuggestionKind::later, *any, "the nearest free GPUs");
        }
    }

    void earlier() {
        std::optional<Placement> same;
        if (wish_.gpus.named()) same = open_.latest(wish_.gpus, wish_.slots, earlier_);
        if (same) add_moved(SuggestionKind::same_gpus_earlier, *same, "the same GPUs");
        const auto any = open_.latest(any_like_these(), wish_.slots, earlier_);
        if (any && (!same || any->span.from > same->span.from)) {
            add_moved(SuggestionKind::earlier, *any, "the nearest free GPUs");
        }
    }

    void shorter() {
        if (const auto placement = open_.longest(wish_.gpus, wish_.span.from, wish_.slots)) {
            add(SuggestionKind::shorter, *placement,
                "the wanted start, but only " + length_text(placement->span.length()));
        }
    }

    void fewer() {
        if (const auto placement = open_.most(wish_.gpus, wish_.span)) {
            add(SuggestionKind::fewer_gpus, *placement,
                "the wanted time, but only " + count_text(placement->gpus.size()));
        }
    }

    const State& state_;
    const OpenWindows open_;
    const Wish& wish_;
    Slot start_slot_;
    StartRange later_;
    StartRange earlier_;
    std::vector<Suggestion> found_;
};

}  // namespace

Duration distance(const Wish& wish, const Suggestion& suggestion) {
    const bool is_part =
        suggestion.kind == SuggestionKind::shorter || suggestion.kind == SuggestionKind::fewer_gpus;
    if (!is_part) return std::chrono::abs(suggestion.start - wish.span.from);
    const auto length = static_cast<double>(wish.span.length().count());
    const auto had = static_cast<double>((suggestion.end - suggestion.start).count()) *
                     static_cast<double>(suggestion.gpus.size());
    const double share = had / (length * static_cast<double>(gpu_count(wish.gpus)));
    return Duration(std::llround(length * (1 / share - 1)));
}

Suggestion make_suggestion(const State& state, SuggestionKind kind, const Placement& placement,
                           std::string why) {
    Suggestion suggestion;
    suggestion.kind = kind;
    suggestion.start = placement.span.from;
    suggestion.end = placement.span.to;
    suggestion.why = std::move(why);
    for (const GpuIndex gpu : placement.gpus) suggestion.gpus.push_back(state.fleet->gpu(gpu).id);
    return suggestion;
}

std::vector<Suggestion> suggest(const State& state, const Wish& wish, const Asker& asker,
                                Instant now) {
    return Finder(state, wish, asker, now).find();
}

Suggestion suggest_eviction(const EvictionPlan& plan) {
    Suggestion suggestion{SuggestionKind::evict, plan.gpus, plan.start, plan.end, {}};
    for (const Victim& victim : plan.victims) {
        suggestion.why += (suggestion.why.empty() ? "by taking GPUs from " : ", ") +
                          victim.id.text() + " (" + victim.owner + ")";
    }
    suggestion.why +=
        ": " + std::to_string(std::lround(plan.harm_gpu_hours)) + " GPU-hours of harm";
    return suggestion;
}

std::string length_text(Duration length) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(length).count();
    if (minutes % 60 == 0) return std::to_string(minutes / 60) + " h";
    if (minutes < 60) return std::to_string(minutes) + " min";
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

std::string count_text(std::size_t gpus) {
    return std::to_string(gpus) + (gpus == 1 ? " GPU" : " GPUs");
}

}  // namespace berth
