// Carrying out an eviction that its author has seen.
#include "engine/eviction.hpp"

#include <algorithm>
#include <map>

#include "engine/book_again.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/eviction_rules.hpp"
#include "engine/permission.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"

namespace berth {

namespace {

// A plan whose start has passed by more is too old.
constexpr std::chrono::minutes most_delay{5};

Refusal stale(const std::string& why) {
    return refusal(RefusalCode::plan_stale, "plan",
                   why + "; make a new plan (POST /api/v1/plan) and look whom it would disturb");
}

Refusal plan_required() {
    return refusal(RefusalCode::plan_required, "plan",
                   "taking GPUs from others goes by a plan that you have seen: send this request "
                   "to POST /api/v1/plan, look whom it would disturb, and send it again with the "
                   "plan's token as \"plan\"");
}

// What has become of a victim since the plan was made; nothing: it is as it was.
std::optional<std::string> change_of(const State& state, const Victim& victim) {
    const std::string id = victim.id.text();
    const Reservation* now = state.find(victim.id);
    if (now == nullptr || is_ended(now->state)) return id + " has ended since";
    if (has_begun(now->state) != victim.running) {
        return id + (victim.running ? " no longer runs" : " has begun since");
    }
    if (!may_be_evicted(*now)) return "meanwhile " + why_not_evictable(*now);
    if (now->owner != victim.owner) return id + " belongs to " + now->owner + " now";
    if (now->priority != victim.priority) return id + " has another priority now";
    if (now->gpus != victim.gpus || now->start != victim.start || now->end != victim.end) {
        return id + " has another window now";
    }
    return std::nullopt;
}

std::optional<std::string> change_of(const State& state, const std::string& gpu_id,
                                     const EvictionPlan& plan, const Span& span) {
    const Gpu* gpu = state.fleet->find(gpu_id);
    if (gpu == nullptr || gpu->spec.health != Health::healthy) {
        return "GPU " + gpu_id + " is out of service";
    }
    for (const Holding& holding : state.calendar.holdings(gpu->index, span)) {
        const ReservationId holder = id_of(holding.holder);
        if (std::ranges::find(plan.victims, holder, &Victim::id) == plan.victims.end()) {
            return "GPU " + gpu_id + " is held by " + holder.text() + " now";
        }
    }
    return std::nullopt;
}

std::optional<std::string> change_since(const State& state, const EvictionPlan& plan,
                                        const Span& span) {
    for (const Victim& victim : plan.victims) {
        if (auto change = change_of(state, victim)) return change;
    }
    for (const std::string& gpu : plan.gpus) {
        if (auto change = change_of(state, gpu, plan, span)) return change;
    }
    if (span.from > plan.start + most_delay || span.empty()) return "the plan is too old";
    return std::nullopt;
}

bool have_in_common(const std::vector<const Gpu*>& gpus, const Spread& spread) {
    const auto shared = [&](const Gpu& gpu) -> std::optional<std::string> {
        if (spread.kind == Spread::Kind::any) return "";
        if (spread.kind == Spread::Kind::same_node) return gpu.spec.node;
        const auto label = gpu.spec.labels.find(spread.label);
        return label == gpu.spec.labels.end() ? std::nullopt : std::optional(label->second);
    };
    const auto first = shared(*gpus.front());
    return first &&
           std::ranges::all_of(gpus, [&](const Gpu* gpu) { return shared(*gpu) == first; });
}

bool are_in_pieces(const std::vector<const Gpu*>& gpus, int per_node) {
    std::map<NodeIndex, int> on_node;
    for (const Gpu* gpu : gpus) ++on_node[gpu->node];
    return per_node == 0 || std::ranges::all_of(on_node, [&](const auto& node) {
               return node.second % per_node == 0;
           });
}

bool is_answer_to(const State& state, const WishedGpus& wished, const EvictionPlan& plan) {
    std::vector<const Gpu*> gpus;
    for (const std::string& id : plan.gpus) gpus.push_back(state.fleet->find(id));
    if (wished.named()) {
        return std::ranges::equal(gpus, wished.ids, {}, [](const Gpu* gpu) { return gpu->index; });
    }
    const bool match = std::ranges::all_of(
        gpus, [&](const Gpu* gpu) { return wished.wish.selector.matches(gpu->spec); });
    return match && !gpus.empty() && static_cast<int>(gpus.size()) == wished.wish.count &&
           have_in_common(gpus, wished.wish.spread) && are_in_pieces(gpus, wished.wish.per_node);
}

// The wish as it was when the plan was made. Refusal: the plan answers another request.
std::expected<Wish, Refusal> wish_of(const State& state, const ReservationRequest& request,
                                     const EvictionPlan& plan) {
    auto wish = make_exact(state, request, plan.made_at);
    if (!wish) return wish;
    const auto spans = eviction_spans(state, request, *wish, plan.made_at);
    const bool same_time = std::ranges::any_of(
        spans, [&](const EvictionSpan& one) { return one.span == Span{plan.start, plan.end}; });
    if (same_time && is_answer_to(state, wish->gpus, plan)) return wish;
    return std::unexpected(refusal(RefusalCode::bad_request, "plan",
                                   "this plan was made for another request; make one for this "
                                   "request (POST /api/v1/plan)"));
}

// The plan's span; a start that has come meanwhile is now, and nobody gets less than their notice.
Span span_now(const EvictionPlan& plan, const Policy& policy, Instant now) {
    const bool disturbs_running = std::ranges::any_of(plan.victims, &Victim::running);
    const Instant soonest = disturbs_running ? now + policy.notice : now;
    return {std::max(plan.start, soonest), plan.end};
}

// Who lost their window or their time, in the order in which they are served.
std::vector<WaitRank> to_be_served(const State& state, const std::vector<ReservationId>& told) {
    std::vector<WaitRank> order;
    for (const WaitRank& rank : state.wait_order) {
        if (rank.lost_its_window) order.push_back(rank);
    }
    for (const ReservationId id : told) {
        const Reservation& victim = *state.find(id);
        order.push_back({true, victim.priority, victim.created_at, id});
    }
    std::sort(order.begin(), order.end());
    return order;
}

// The plan is carried out: from here on nothing can be refused.
class Eviction {
public:
    Eviction(Turn& turn, const EvictionPlan& plan, Reservation p0)
        : turn_(turn), plan_(plan), p0_(std::move(p0)) {
        why_ = "a P0 of " + p0_.owner + " (" + p0_.id.text() + ") takes its GPUs from " +
               turn.grid().local_text(p0_.start) + " on";
    }

    void carry_out() {
        for (const Victim& victim : plan_.victims) make_room(*turn_.state().find(victim.id));
        turn_.emit(ReservationConfirmed{p0_});
        for (const WaitRank& rank : to_be_served(turn_.state(), told_)) {
            if (std::ranges::find(told_, rank.id) != told_.end()) {
                book_continuation(turn_, rank.id, why_);
            } else {
                book_again(turn_, rank.id, turn_.state().find(rank.id)->detail.value_or(why_));
            }
        }
    }

private:
    void make_room(Reservation victim) {
        if (!has_begun(victim.state)) {
            return turn_.follow(ReservationDisplaced{victim.id, p0_.id, why_}, why_);
        }
        victim.eviction = PlannedEviction{p0_.id, p0_.start};
        if (*planned_notice_at(victim, turn_.policy()) > turn_.now()) {
            return turn_.follow(EvictionPlanned{victim.id, p0_.id, p0_.start}, why_);
        }
        evict(turn_, victim, NoticeKind::eviction, p0_.start, p0_.id, why_);
        told_.push_back(victim.id);
    }

    Turn& turn_;
    const EvictionPlan& plan_;
    Reservation p0_;
    std::string why_;
    std::vector<ReservationId> told_;
};

std::expected<void, Refusal> check_reasons(const Turn& turn, const EvictionPlan& plan) {
    if (auto explained = check_reason(turn, ReasonFor::book_p0); !explained) return explained;
    if (plan.victims.empty()) return {};
    return check_reason(turn, ReasonFor::evict);
}

// Without a plan: what stands against the eviction, or else that it needs one.
Refusal why_not_without_plan(const State& state, const ReservationRequest& request,
                             const Booker& booker, Instant now) {
    const auto wish = make_exact(state, request, now);
    if (!wish) return wish.error();
    auto plan = plan_eviction(state, request, *wish, now);
    if (plan) return plan_required();
    plan.error().suggestions = suggest(state, *wish, {.team = booker.team}, now);
    return std::move(plan.error());
}

}  // namespace

std::expected<void, Refusal> decide_eviction(Turn& turn, const Reserve& command) {
    const State& state = turn.state();
    const ReservationRequest& request = command.request;
    const auto booker = check_booker(turn.policy(), turn.actor(), request.team, request.priority,
                                     request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    if (!command.eviction || booker->priority != Priority::P0) {
        return std::unexpected(why_not_without_plan(state, request, *booker, turn.now()));
    }
    const EvictionPlan& plan = *command.eviction;
    const Span span = span_now(plan, turn.policy(), turn.now());
    if (const auto change = change_since(state, plan, span)) return std::unexpected(stale(*change));
    const auto wish = wish_of(state, request, plan);
    if (!wish) return std::unexpected(wish.error());
    if (auto allowed = check_quota(state, booker->team, plan.gpus.size(), span, turn.now());
        !allowed) {
        return allowed;
    }
    if (auto explained = check_reasons(turn, plan); !explained) return explained;
    Placement placement{span, {}};
    for (const auto& id : plan.gpus) placement.gpus.push_back(state.fleet->find(id)->index);
    Reservation p0 = make_reservation(turn, request, *booker, placement);
    if (command.asked) p0.asked = *command.asked;
    const Instant ready = std::max(wish->span.from, turn.now());
    if (ready < span.from) p0.ready_from = ready;
    Eviction(turn, plan, std::move(p0)).carry_out();
    return {};
}

}  // namespace berth
