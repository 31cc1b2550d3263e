#include "engine/deadline_plan.hpp"

#include <algorithm>
#include <array>

#include "engine/eviction.hpp"
#include "engine/open_windows.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

constexpr std::size_t most_windows = 4;

// What is asked: so many slots of these GPUs, within [not before, deadline].
struct Question {
    WishedGpus gpus;
    std::int32_t slots = 1;
    Instant not_before;
    std::optional<Instant> deadline;
};

class DeadlinePlan {
public:
    DeadlinePlan(const State& state, const ReservationRequest& request, const Booker& booker,
                 const Question& question, Instant now)
        : state_(state),
          grid_(state.grid),
          request_(request),
          booker_(booker),
          question_(question),
          now_(now),
          open_(state, {.team = booker.team}, now),
          first_(std::max(open_.first_slot(),
                          grid_.slot_at(grid_.edge_at_or_after(question.not_before)))) {}

    PlanAnswer find() {
        add_now();
        add_earliest();
        add_latest();
        answer_.feasible = !answer_.windows.empty();
        if (answer_.feasible) {
            std::ranges::stable_sort(answer_.windows, {}, &Suggestion::end);
            answer_.earliest_finish = answer_.windows.front().end;
            answer_.summary = question_.deadline ? "yes, it can be finished by then" : "yes";
        } else {
            say_no();
        }
        return std::move(answer_);
    }

private:
    [[nodiscard]] StartRange in_time(std::int32_t slots) const {
        Slot last = open_.last_start(slots);
        if (question_.deadline) last = std::min(last, grid_.slot_at(*question_.deadline) - slots);
        return {first_, last};
    }

    void add(SuggestionKind kind, const Placement& placement, std::string why) {
        const bool known = std::ranges::any_of(answer_.windows, [&](const Suggestion& window) {
            return window.kind == kind && window.start == placement.span.from;
        });
        if (known) return;
        answer_.windows.push_back(make_suggestion(state_, kind, placement, std::move(why)));
    }

    [[nodiscard]] std::string with_slack(std::string why, Instant end) const {
        if (!question_.deadline) return why;
        const Duration slack = *question_.deadline - end;
        if (slack <= Duration::zero()) return why + ", done just in time";
        return why + ", done " + length_text(slack) + " before the deadline";
    }

    // From now to the end of as many whole slots as were asked for, what is left of this one extra.
    void add_now() {
        const Slot current = grid_.slot_at(now_);
        if (grid_.start_of(current) == now_ || question_.not_before > now_) return;
        const Span span{now_, grid_.start_of(current + question_.slots + 1)};
        if (question_.deadline && span.to > *question_.deadline) return;
        if (span.to > grid_.start_of(state_.calendar.horizon())) return;
        if (const auto placement = open_.at(question_.gpus, span)) {
            add(SuggestionKind::earlier, *placement, with_slack("at once", span.to));
        }
    }

    void add_earliest() {
        StartRange starts = in_time(question_.slots);
        std::string why = answer_.windows.empty() ? "the earliest start" : "a later start";
        while (answer_.windows.size() < most_windows) {
            const auto placement = open_.earliest(question_.gpus, question_.slots, starts);
            if (!placement) return;
            add(SuggestionKind::later, *placement, with_slack(why, placement->span.to));
            starts.first = grid_.slot_at(placement->span.from) + 1;
            why = "a later start";
        }
    }

    void add_latest() {
        if (!question_.deadline || answer_.windows.empty()) return;
        if (const auto placement =
                open_.latest(question_.gpus, question_.slots, in_time(question_.slots))) {
            add(SuggestionKind::later, *placement, "the latest start that is in time");
        }
    }

    // When it could be finished, and what would make the deadline.
    void say_no() {
        const auto late = open_.earliest(question_.gpus, question_.slots,
                                         {first_, open_.last_start(question_.slots)});
        if (late) {
            answer_.earliest_finish = late->span.to;
            answer_.summary =
                "no; it can be finished by " + grid_.local_text(late->span.to) + " at the earliest";
            add(SuggestionKind::later, *late, late_why(late->span.to));
        } else {
            answer_.summary = "no, and no window as long as this can be had in the whole calendar";
        }
        if (!question_.deadline) return;
        add_other_gpus();
        add_fewer();
        add_shorter();
        add_eviction();
        add_advice();
    }

    [[nodiscard]] std::string late_why(Instant end) const {
        if (!question_.deadline) return "the earliest finish";
        return "the earliest finish, " + length_text(end - *question_.deadline) +
               " after the deadline";
    }

    void add_in_time(SuggestionKind kind, const WishedGpus& gpus, const std::string& why) {
        const auto placement = open_.earliest(gpus, question_.slots, in_time(question_.slots));
        if (placement) add(kind, *placement, why);
    }

    // The wish with one condition less.
    void add_other_gpus() {
        if (question_.gpus.named()) {
            return add_in_time(SuggestionKind::other_gpus, {{}, question_.gpus.wish},
                               "in time, on other GPUs like these");
        }
        WishedGpus freer = question_.gpus;
        const bool together = freer.wish.spread.kind != Spread::Kind::any;
        freer.wish.spread = {.kind = Spread::Kind::any, .label = {}};
        if (together) {
            add_in_time(SuggestionKind::other_gpus, freer, "in time, spread over several nodes");
        }
        if (!freer.wish.selector.model) return;
        freer = question_.gpus;
        freer.wish.selector.model.reset();
        const bool known = answer_.windows.size() > 1;
        if (!known) add_in_time(SuggestionKind::other_gpus, freer, "in time, on another model");
    }

    // Fewer fit wherever more do: halve the interval.
    void add_fewer() {
        if (question_.gpus.named() || question_.gpus.whole) return;
        WishedGpus fewer = question_.gpus;
        std::optional<Placement> best;
        const int piece = std::max(fewer.wish.per_node, 1);
        int fits = 0;
        int too_many = fewer.wish.count / piece;
        while (fits + 1 < too_many) {
            const int pieces = fits + (too_many - fits) / 2;
            fewer.wish.count = pieces * piece;
            auto placement = open_.earliest(fewer, question_.slots, in_time(question_.slots));
            (placement ? fits : too_many) = pieces;
            if (placement) best = std::move(placement);
        }
        if (!best) return;
        add(SuggestionKind::fewer_gpus, *best,
            "in time, but only " + count_text(best->gpus.size()));
    }

    void add_shorter() {
        std::optional<Placement> best;
        std::int32_t fits = 0;
        std::int32_t too_long = question_.slots;
        while (fits + 1 < too_long) {
            const std::int32_t middle = fits + (too_long - fits) / 2;
            auto placement = open_.earliest(question_.gpus, middle, in_time(middle));
            (placement ? fits : too_long) = middle;
            if (placement) best = std::move(placement);
        }
        if (!best) return;
        add(SuggestionKind::shorter, *best,
            "in time, but only " + length_text(best->span.length()));
    }

    // A P0 may start early, late or between: what does the least harm is named.
    void add_eviction() {
        if (booker_.priority != Priority::P0) return;
        const StartRange starts = in_time(question_.slots);
        if (starts.first > starts.last) return;
        for (const Slot start : std::array{starts.last, starts.first,
                                           starts.first + (starts.last - starts.first) / 2}) {
            consider_eviction(start);
        }
        if (answer_.eviction) answer_.windows.push_back(suggest_eviction(*answer_.eviction));
    }

    void consider_eviction(Slot start) {
        const Span span = grid_.span_of({start, start + question_.slots});
        if (!open_.allows(gpu_count(question_.gpus), span)) return;
        ReservationRequest request = request_;
        request.start = StartTime{span.from};
        request.end = span.to;
        request.hours.reset();
        request.finish_before.reset();
        auto eviction =
            plan_eviction(state_, request, {question_.gpus, span, question_.slots}, now_);
        if (!eviction || eviction->end > *question_.deadline) return;
        const bool is_milder =
            !answer_.eviction || eviction->harm_gpu_hours < answer_.eviction->harm_gpu_hours;
        if (is_milder) answer_.eviction = std::move(*eviction);
    }

    void add_advice() {
        const StartRange starts = in_time(question_.slots);
        if (starts.first > starts.last) {
            answer_.advice.push_back(
                "even with every GPU free it would not be done by then; ask for fewer hours or a "
                "later deadline");
            return;
        }
        const auto waiting = state_.wait_order.size();
        answer_.advice.push_back(
            "wait for a cancellation: on_conflict \"wait\" with a latest start of " +
            grid_.local_text(grid_.start_of(starts.last)) +
            (waiting == 0 ? "; nobody else waits now"
                          : "; " + std::to_string(waiting) + " wait already"));
        if (booker_.priority == Priority::P0) return;
        const bool may_be_p0 = check_booker(*state_.policy, booker_.person, booker_.team,
                                            Priority::P0, request_.preemptible)
                                   .has_value();
        if (may_be_p0) {
            answer_.advice.push_back(
                "if it is urgent for production, ask again with priority P0: that may evict "
                "preemptible work");
        }
    }

    const State& state_;
    const SlotGrid& grid_;
    const ReservationRequest& request_;
    const Booker& booker_;
    const Question& question_;
    Instant now_;
    OpenWindows open_;
    Slot first_;
    PlanAnswer answer_;
};

}  // namespace

std::expected<PlanAnswer, Refusal> plan_deadline(const State& state,
                                                 const ReservationRequest& request,
                                                 const Booker& booker, Instant now) {
    auto gpus = choose_gpus_for(*state.fleet, request.gpus, request.workload);
    if (!gpus) return std::unexpected(std::move(gpus.error()));
    const auto slots = slots_asked(state.grid, request);
    if (!slots) return std::unexpected(slots.error());
    if (request.finish_before && *request.finish_before <= now) {
        return std::unexpected(
            refusal(RefusalCode::in_the_past, "finish_before", "the deadline has passed"));
    }
    const Instant start = request.start ? request.start->at.value_or(now) : now;
    const Question question{std::move(*gpus), *slots, std::max(start, now), request.finish_before};
    return DeadlinePlan(state, request, booker, question, now).find();
}

}  // namespace berth
