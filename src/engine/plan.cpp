#include "engine/plan.hpp"

#include <algorithm>

#include "engine/conflict.hpp"
#include "engine/deadline_plan.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/eviction.hpp"
#include "engine/named_gpus.hpp"
#include "engine/permission.hpp"
#include "engine/recent_evictions.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

bool is_whole(const Suggestion& window) {
    return window.kind != SuggestionKind::shorter && window.kind != SuggestionKind::fewer_gpus;
}

// A wish with a start: this window, or the nearest ones.
class StartPlan {
public:
    StartPlan(const State& state, const ReservationRequest& request, const Booker& booker,
              const Wish& wish, Instant now)
        : state_(state), request_(request), booker_(booker), wish_(wish), now_(now) {}

    [[nodiscard]] PlanAnswer find() const {
        PlanAnswer answer;
        const auto placement = try_place(state_.calendar, wish_.gpus, wish_.span);
        const auto allowed =
            check_quota(state_, booker_.team, gpu_count(wish_.gpus), wish_.span, now_);
        if (placement && allowed) {
            answer.feasible = true;
            answer.windows.push_back(
                make_suggestion(state_, SuggestionKind::on_grid, *placement, "as you asked"));
            answer.earliest_finish = placement->span.to;
            answer.summary = "yes, it is free";
            return answer;
        }
        answer.windows = suggest(state_, wish_, {.team = booker_.team}, now_);
        if (allowed && booker_.priority == Priority::P0) add_eviction(answer);
        for (const Suggestion& window : answer.windows) {
            if (!is_whole(window)) continue;
            answer.earliest_finish =
                std::min(answer.earliest_finish.value_or(window.end), window.end);
        }
        answer.summary = allowed ? "no" : "no: " + allowed.error().message;
        answer.summary += answer.windows.empty() ? ", and nothing near it is free"
                                                 : "; these windows are the nearest";
        return answer;
    }

private:
    void add_eviction(PlanAnswer& answer) const {
        auto eviction = plan_eviction(state_, request_, wish_, now_);
        if (!eviction) return;
        answer.windows.push_back(suggest_eviction(*eviction));
        answer.eviction = std::move(*eviction);
    }

    const State& state_;
    const ReservationRequest& request_;
    const Booker& booker_;
    const Wish& wish_;
    Instant now_;
};

std::expected<PlanAnswer, Refusal> plan_from_start(const State& state,
                                                   const ReservationRequest& request,
                                                   const Booker& booker, Instant now) {
    auto wish = make_exact(state, request, now);
    if (!wish) {
        complete_on_grid(state, request, {.team = booker.team}, now, wish.error());
        return std::unexpected(std::move(wish.error()));
    }
    return StartPlan(state, request, booker, *wish, now).find();
}

Odds odds_for(const State& state, const Booker& booker, const PlanAnswer& answer, Instant now) {
    if (!booker.preemptible) return odds_of_firm();
    const Suggestion& best = answer.windows.front();
    return odds_of_preemptible(recent_evictions(state, now), best.end - best.start);
}

}  // namespace

std::expected<PlanAnswer, Refusal> plan(const State& state, const std::string& person,
                                        const ReservationRequest& request, Instant now) {
    const auto booker =
        check_booker(*state.policy, person, request.team, request.priority, request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    if (booker->priority == Priority::P0) {
        if (auto allowed = check_p0_quota(state, booker->team, now); !allowed) {
            return std::unexpected(std::move(allowed.error()));
        }
    }
    if (const auto kept = keepable(*state.policy, *state.fleet, request.gpus); !kept) {
        return std::unexpected(kept.error());
    }
    const bool has_deadline = request.finish_before.has_value();
    auto answer = request.start && !has_deadline ? plan_from_start(state, request, *booker, now)
                                                 : plan_deadline(state, request, *booker, now);
    if (!answer) return answer;
    if (answer->feasible) answer->odds = odds_for(state, *booker, *answer, now);
    answer->revision = state.last_sequence;
    return answer;
}

}  // namespace berth
