#include "engine/plan.hpp"

#include <algorithm>

#include "engine/decide_reserve.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

constexpr int most_windows = 4;

std::optional<Placement> earliest(const Calendar& calendar, const WishedGpus& gpus,
                                  std::int32_t slots, Slot not_before, Slot latest_start) {
    return gpus.named() ? calendar.earliest_of(gpus.ids, slots, not_before, latest_start)
                        : calendar.earliest(gpus.wish, slots, not_before, latest_start);
}

std::optional<Placement> latest(const Calendar& calendar, const WishedGpus& gpus,
                                std::int32_t slots, Slot not_before, Slot latest_start) {
    return gpus.named() ? calendar.latest_of(gpus.ids, slots, not_before, latest_start)
                        : calendar.latest(gpus.wish, slots, not_before, latest_start);
}

// A wish with a start: this window, or the nearest ones.
PlanAnswer plan_at(const State& state, const Wish& wish, Instant now) {
    PlanAnswer answer;
    if (const auto placement = try_place(state.calendar, wish.gpus, wish.span)) {
        answer.feasible = true;
        answer.windows.push_back(
            make_suggestion(state, SuggestionKind::on_grid, *placement, "as you asked"));
        answer.earliest_finish = placement->span.to;
        answer.summary = "yes, it is free";
        return answer;
    }
    answer.windows = suggest(state, wish, now);
    answer.summary = answer.windows.empty() ? "no, and nothing near it is free"
                                            : "no; these windows are the nearest that are free";
    for (const Suggestion& window : answer.windows) {
        if (window.kind == SuggestionKind::shorter || window.kind == SuggestionKind::fewer_gpus) {
            continue;
        }
        answer.earliest_finish = std::min(answer.earliest_finish.value_or(window.end), window.end);
    }
    return answer;
}

// A length without a start, perhaps with a deadline: the earliest windows, and the latest in time.
class DeadlinePlan {
public:
    DeadlinePlan(const State& state, const WishedGpus& gpus, std::int32_t slots,
                 std::optional<Instant> deadline, Instant now)
        : state_(state),
          calendar_(state.calendar),
          grid_(state.calendar.grid()),
          gpus_(gpus),
          slots_(slots),
          deadline_(deadline),
          now_(now),
          next_(grid_.slot_at(now) + 1),
          last_(state.calendar.horizon() - slots) {}

    PlanAnswer find() {
        PlanAnswer answer;
        add_now(answer);
        add_earliest(answer);
        add_latest(answer);
        answer.feasible = !answer.windows.empty();
        if (answer.feasible) {
            answer.earliest_finish = answer.windows.front().end;
            for (const Suggestion& window : answer.windows) {
                answer.earliest_finish = std::min(*answer.earliest_finish, window.end);
            }
            answer.summary = deadline_ ? "yes, it can be finished by then" : "yes";
            return answer;
        }
        explain(answer);
        return answer;
    }

private:
    [[nodiscard]] bool in_time(const Span& span) const {
        return !deadline_ || span.to <= *deadline_;
    }

    void add(PlanAnswer& answer, SuggestionKind kind, const Placement& placement,
             std::string why) const {
        const bool known = std::ranges::any_of(answer.windows, [&](const Suggestion& window) {
            return window.start == placement.span.from;
        });
        if (!known) {
            answer.windows.push_back(make_suggestion(state_, kind, placement, std::move(why)));
        }
    }

    // From now to the end of as many whole slots as were asked for, what is left of this one extra.
    void add_now(PlanAnswer& answer) const {
        const Slot current = grid_.slot_at(now_);
        const bool on_edge = grid_.start_of(current) == now_;
        const Span span{now_, grid_.start_of(current + slots_ + (on_edge ? 0 : 1))};
        if (!in_time(span) || span.to > grid_.start_of(calendar_.horizon())) return;
        if (const auto placement = try_place(calendar_, gpus_, span)) {
            add(answer, SuggestionKind::earlier, *placement, "at once");
        }
    }

    void add_earliest(PlanAnswer& answer) const {
        for (Slot from = next_; answer.windows.size() < most_windows;) {
            const auto placement = earliest(calendar_, gpus_, slots_, from, last_);
            if (!placement || !in_time(placement->span)) return;
            add(answer, SuggestionKind::later, *placement,
                answer.windows.empty() ? "the earliest start" : "a later start");
            from = grid_.slot_at(placement->span.from) + 1;
        }
    }

    void add_latest(PlanAnswer& answer) const {
        if (!deadline_ || answer.windows.empty()) return;
        const Slot last = std::min(last_, grid_.slot_at(*deadline_) - slots_);
        if (const auto placement = latest(calendar_, gpus_, slots_, next_, last)) {
            add(answer, SuggestionKind::later, *placement, "the latest start that is in time");
        }
    }

    // No window in time: when it could be finished, and what would make the deadline.
    void explain(PlanAnswer& answer) const {
        const auto placement = earliest(calendar_, gpus_, slots_, next_, last_);
        if (!placement) {
            answer.summary = "no, and no window as long as this is free in the whole calendar";
            return;
        }
        answer.earliest_finish = placement->span.to;
        answer.summary = "no; it can be finished by " + grid_.local_text(placement->span.to) +
                         " at the earliest";
        answer.windows.push_back(make_suggestion(state_, SuggestionKind::later, *placement,
                                                 "the earliest finish, after the deadline"));
        add_fewer(answer);
    }

    void add_fewer(PlanAnswer& answer) const {
        if (!deadline_ || gpus_.named()) return;
        const Slot last = std::min(last_, grid_.slot_at(*deadline_) - slots_);
        WishedGpus fewer = gpus_;
        for (--fewer.wish.count; fewer.wish.count > 0; fewer.wish.count /= 2) {
            const auto placement = earliest(calendar_, fewer, slots_, next_, last);
            if (!placement) continue;
            answer.windows.push_back(
                make_suggestion(state_, SuggestionKind::fewer_gpus, *placement,
                                "in time, but only " + std::to_string(fewer.wish.count) + " GPUs"));
            return;
        }
    }

    const State& state_;
    const Calendar& calendar_;
    const SlotGrid& grid_;
    const WishedGpus& gpus_;
    std::int32_t slots_;
    std::optional<Instant> deadline_;
    Instant now_;
    Slot next_;
    Slot last_;
};

}  // namespace

std::expected<PlanAnswer, Refusal> plan(const State& state, const std::string& /*person*/,
                                        const ReservationRequest& request, Instant now) {
    PlanAnswer answer;
    if (request.start && !request.finish_before) {
        auto wish = make_exact(state, request, now);
        if (!wish) {
            complete_on_grid(state, request, now, wish.error());
            return std::unexpected(std::move(wish.error()));
        }
        answer = plan_at(state, *wish, now);
    } else {
        auto gpus = choose_gpus(*state.fleet, request.gpus);
        if (!gpus) return std::unexpected(std::move(gpus.error()));
        const auto slots = slots_asked(state.calendar.grid(), request);
        if (!slots) return std::unexpected(slots.error());
        if (request.finish_before && *request.finish_before <= now) {
            return std::unexpected(
                refusal(RefusalCode::in_the_past, "finish_before", "the deadline has passed"));
        }
        answer = DeadlinePlan(state, *gpus, *slots, request.finish_before, now).find();
    }
    answer.revision = state.last_sequence;
    return answer;
}

}  // namespace berth
