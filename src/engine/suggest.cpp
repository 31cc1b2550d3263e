#include "engine/suggest.hpp"

#include <algorithm>
#include <chrono>

namespace berth {

namespace {

constexpr std::size_t most_suggestions = 8;

std::string hours_text(Duration length) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(length).count();
    if (minutes % 60 == 0) return std::to_string(minutes / 60) + " h";
    if (minutes < 60) return std::to_string(minutes) + " min";
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

class Finder {
public:
    Finder(const State& state, const Wish& wish, Instant now)
        : state_(state),
          calendar_(state.calendar),
          grid_(state.calendar.grid()),
          wish_(wish),
          first_slot_(grid_.slot_at(now) + 1),
          start_slot_(grid_.slot_at(wish.span.from)),
          last_start_(state.calendar.horizon() - wish.slots) {}

    std::vector<Suggestion> find() {
        if (wish_.gpus.named()) other_gpus();
        by_time();
        shorter();
        fewer();
        if (found_.size() > most_suggestions) found_.resize(most_suggestions);
        return std::move(found_);
    }

private:
    void add(SuggestionKind kind, const Placement& placement, std::string why) {
        found_.push_back(make_suggestion(state_, kind, placement, std::move(why)));
    }

    void other_gpus() {
        if (const auto placement = calendar_.place(wish_.gpus.wish, wish_.span)) {
            add(SuggestionKind::other_gpus, *placement, "other GPUs at the same time");
        }
    }

    void by_time() {
        std::vector<Suggestion> moved;
        const auto consider = [&](SuggestionKind kind, const std::optional<Placement>& placement,
                                  const std::string& which) {
            if (!placement) return;
            const Duration shift = placement->span.from - wish_.span.from;
            moved.push_back(
                make_suggestion(state_, kind, *placement,
                                which + ", " + hours_text(std::chrono::abs(shift)) +
                                    (shift > Duration::zero() ? " later" : " earlier")));
        };
        const Slot after = std::max(first_slot_, start_slot_ + 1);
        const Slot before = start_slot_ - 1;
        if (wish_.gpus.named()) {
            const auto& ids = wish_.gpus.ids;
            consider(SuggestionKind::same_gpus_later,
                     calendar_.earliest_of(ids, wish_.slots, after, last_start_), "the same GPUs");
            consider(SuggestionKind::same_gpus_earlier,
                     calendar_.latest_of(ids, wish_.slots, first_slot_, before), "the same GPUs");
        }
        consider(SuggestionKind::later,
                 calendar_.earliest(wish_.gpus.wish, wish_.slots, after, last_start_),
                 "the nearest free GPUs");
        consider(SuggestionKind::earlier,
                 calendar_.latest(wish_.gpus.wish, wish_.slots, first_slot_, before),
                 "the nearest free GPUs");
        std::ranges::stable_sort(moved, {}, [&](const Suggestion& suggestion) {
            return std::chrono::abs(suggestion.start - wish_.span.from);
        });
        std::ranges::move(moved, std::back_inserter(found_));
    }

    // A shorter window from the same start fits whenever a longer one does: halve the interval.
    void shorter() {
        std::optional<Placement> best;
        std::int32_t fits = 0;
        std::int32_t too_long = wish_.slots;
        const Slot first = grid_.slot_at(wish_.span.from);
        while (fits + 1 < too_long) {
            const std::int32_t middle = fits + (too_long - fits) / 2;
            const Span span{wish_.span.from, grid_.start_of(first + middle)};
            if (auto placement = try_place(calendar_, wish_.gpus, span)) {
                best = std::move(placement);
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        if (best) {
            add(SuggestionKind::shorter, *best,
                "the wanted start, but only " + hours_text(best->span.length()));
        }
    }

    void fewer() {
        std::optional<Placement> placement;
        if (wish_.gpus.named()) {
            Placement free{wish_.span, {}};
            for (const GpuIndex id : wish_.gpus.ids) {
                if (!calendar_.first_clash(std::span(&id, 1), wish_.span)) free.gpus.push_back(id);
            }
            if (!free.gpus.empty()) placement = std::move(free);
        } else {
            GpuWish wish = wish_.gpus.wish;
            wish.count = std::min(wish.count - 1, calendar_.free_count(wish.selector, wish_.span));
            for (; wish.count > 0 && !placement; --wish.count) {
                placement = calendar_.place(wish, wish_.span);
            }
        }
        if (placement) {
            add(SuggestionKind::fewer_gpus, *placement,
                "the wanted time, but only " + std::to_string(placement->gpus.size()) +
                    (placement->gpus.size() == 1 ? " GPU" : " GPUs"));
        }
    }

    const State& state_;
    const Calendar& calendar_;
    const SlotGrid& grid_;
    const Wish& wish_;
    Slot first_slot_;
    Slot start_slot_;
    Slot last_start_;
    std::vector<Suggestion> found_;
};

}  // namespace

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

std::vector<Suggestion> suggest(const State& state, const Wish& wish, Instant now) {
    return Finder(state, wish, now).find();
}

}  // namespace berth
