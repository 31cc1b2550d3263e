// Whom a P0 would disturb: who holds what it could have, what each one's loss would cost, and the
// choice among them.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

#include "engine/decide_reserve.hpp"
#include "engine/eviction.hpp"
#include "engine/eviction_rules.hpp"
#include "engine/new_windows.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "policy/eviction_choice.hpp"

namespace berth {

namespace {

double hours(Duration length) {
    return static_cast<double>(length.count()) / 3'600'000.0;
}

// The plan for one span.
class Planner {
public:
    Planner(const State& state, const Wish& wish, const EvictionSpan& where, Instant now)
        : state_(state), wish_(wish), where_(where), now_(now), windows_(state, now) {}

    std::optional<EvictionPlan> find() {
        if (const auto placement = try_place(state_.calendar, wish_.gpus, where_.span)) {
            return plan_of({placement->gpus, {}, 0, 0});
        }
        look_at_gpus();
        EvictionChoice choice(costs_);
        for (const auto& gpus : places_) {
            offer(gpus, choice);
            most_ = std::max(most_, gpus.size());
        }
        if (!choice.best()) return std::nullopt;
        return plan_of(*choice.best());
    }

    // After find() found nothing: the first thing that stands in the way.
    [[nodiscard]] std::string obstacle() const {
        if (!obstacle_) return "these GPUs cannot be had";
        return "GPU " + state_.fleet->gpu(obstacle_->gpu).id +
               " cannot be had: " + why_not_evictable(*state_.find(id_of(obstacle_->holder)));
    }
    // The most GPUs that could have been had together.
    [[nodiscard]] std::size_t most() const { return most_; }

private:
    struct Candidate {
        const Reservation* reservation = nullptr;
        Victim victim;
    };

    void look_at_gpus() {
        const Fleet& fleet = *state_.fleet;
        const auto gpus =
            wish_.gpus.named() ? wish_.gpus.ids : fleet.matching(wish_.gpus.wish.selector);
        for (const GpuIndex index : gpus) {
            const auto place = place_of(fleet.gpu(index));
            if (!place) continue;
            if (places_.size() <= *place) places_.resize(*place + 1);
            if (auto gpu = look_at(index)) places_[*place].push_back(std::move(*gpu));
        }
    }

    void offer(const std::vector<EvictableGpu>& place, EvictionChoice& choice) const {
        const GpuWish& wish = wish_.gpus.wish;
        if (wish_.gpus.named() || wish.per_node == 0) return choice.offer(place, wish.count);
        std::map<NodeIndex, std::vector<EvictableGpu>> nodes;
        for (const EvictableGpu& gpu : place) {
            nodes[state_.fleet->gpu(gpu.gpu).node].push_back(gpu);
        }
        std::vector<std::vector<EvictableGpu>> by_node;
        for (auto& [node, gpus] : nodes) by_node.push_back(std::move(gpus));
        choice.offer_pieces(by_node, wish.per_node, wish.count / wish.per_node);
    }

    // A number for what its GPUs must have in common; none: it has no such label.
    [[nodiscard]] std::optional<std::size_t> place_of(const Gpu& gpu) {
        const Spread& spread = wish_.gpus.wish.spread;
        if (wish_.gpus.named() || spread.kind == Spread::Kind::any) return 0;
        if (spread.kind == Spread::Kind::same_node) return gpu.node.value;
        const auto label = gpu.spec.labels.find(spread.label);
        if (label == gpu.spec.labels.end()) return std::nullopt;
        return labels_.try_emplace(label->second, labels_.size()).first->second;
    }

    std::optional<EvictableGpu> look_at(GpuIndex index) {
        EvictableGpu gpu{index, {}};
        for (const Holding& holding : state_.calendar.holdings(index, where_.span)) {
            const auto candidate = candidate_of(holding.holder);
            if (!candidate) {
                if (!obstacle_) obstacle_ = holding;
                return std::nullopt;
            }
            gpu.holders.push_back(*candidate);
        }
        std::ranges::sort(gpu.holders);
        return gpu;
    }

    std::optional<VictimIndex> candidate_of(Holder holder) {
        const auto [known, is_new] = by_holder_.try_emplace(holder.number);
        if (!is_new) return known->second;
        const Reservation& reservation = *state_.find(id_of(holder));
        const bool has_notice_time = where_.from_running || !has_begun(reservation.state);
        if (!may_be_evicted(reservation) || !has_notice_time) return std::nullopt;
        known->second = static_cast<VictimIndex>(candidates_.size());
        candidates_.push_back({&reservation, cost_of(reservation)});
        const Victim& victim = candidates_.back().victim;
        const auto [person, is_new_person] =
            persons_.try_emplace(reservation.owner, static_cast<std::uint32_t>(persons_.size()));
        costs_.push_back({harm_of(victim, reservation), person->second});
        return known->second;
    }

    [[nodiscard]] Victim cost_of(const Reservation& reservation) {
        Victim victim;
        victim.id = reservation.id;
        victim.start = reservation.start;
        victim.end = reservation.end;
        victim.priority = reservation.priority;
        victim.running = has_begun(reservation.state);
        const auto gpus = static_cast<double>(reservation.gpus.size());
        if (victim.running) {
            victim.gpu_hours_lost =
                gpus * hours(std::max<Duration>(now_ - last_saved(reservation), {}));
        }
        book(victim, reservation, windows_.estimate(reservation, where_.span));
        return victim;
    }

    void book(Victim& victim, const Reservation& reservation, const std::optional<Span>& again) {
        if (again) {
            victim.again_from = again->from;
            victim.again_to = again->to;
        }
        // Without a window its work is not done before the horizon.
        const Instant done = again ? again->to : state_.grid.start_of(state_.horizon);
        victim.rebooking_hours = hours(std::max<Duration>(done - reservation.booked_end, {}));
    }

    static GpuTime harm_of(const Victim& victim, const Reservation& reservation) {
        const auto gpus = static_cast<double>(reservation.gpus.size());
        return std::llround((victim.gpu_hours_lost + gpus * victim.rebooking_hours) * 3'600'000.0);
    }

    EvictionPlan plan_of(const ChosenEviction& chosen) {
        EvictionPlan plan;
        plan.gpus = ids_of(*state_.fleet, chosen.gpus);
        plan.start = where_.span.from;
        plan.end = where_.span.to;
        plan.made_at = now_;
        std::vector<Candidate> victims;
        for (const VictimIndex index : chosen.victims) victims.push_back(candidates_[index]);
        // They are booked again in this order.
        std::ranges::sort(victims, {}, [](const Candidate& one) {
            const Reservation& reservation = *one.reservation;
            return std::tuple(reservation.priority, reservation.created_at, reservation.id);
        });
        std::vector<Placement> taken{{where_.span, chosen.gpus}};
        GpuTime harm = 0;
        for (auto& [reservation, victim] : victims) {
            victim.owner = reservation->owner;
            victim.team = reservation->team;
            victim.gpus = reservation->gpus;
            const auto again = windows_.find(*reservation, where_.span, taken);
            book(victim, *reservation, again ? std::optional(again->span) : std::nullopt);
            if (again) taken.push_back(*again);
            harm += harm_of(victim, *reservation);
            plan.victims.push_back(std::move(victim));
        }
        plan.harm_gpu_hours = gpu_hours(harm);
        return plan;
    }

    const State& state_;
    const Wish& wish_;
    const EvictionSpan& where_;
    Instant now_;
    NewWindows windows_;
    std::unordered_map<std::uint64_t, std::optional<VictimIndex>> by_holder_;
    std::vector<Candidate> candidates_;
    std::vector<EvictionVictim> costs_;
    std::unordered_map<std::string, std::uint32_t> persons_;
    std::vector<std::vector<EvictableGpu>> places_;  // by place_of()
    std::map<std::string, std::size_t> labels_;
    std::optional<Holding> obstacle_;
    std::size_t most_ = 0;
};

Refusal nothing_to_evict(const State& state, const Wish& wish, const Planner& planner) {
    Refusal refused = refusal(RefusalCode::nothing_to_evict, "gpus", planner.obstacle());
    if (wish.gpus.named()) {
        refused.field = "gpus.ids";
        refused.message += "; name other GPUs, or ask for a number of them";
    } else {
        const auto asked = static_cast<std::size_t>(wish.gpus.wish.count);
        refused.message = "even if all preemptible work of lower priority made room, " +
                          (planner.most() == 0 ? "none" : std::to_string(planner.most())) +
                          " of the " + count_text(asked) + " asked for could be had from " +
                          state.grid.local_text(wish.span.from) + " to " +
                          state.grid.local_text(wish.span.to) +
                          "; the rest is held by work that may not be evicted";
    }
    return refused;
}

}  // namespace

std::expected<EvictionPlan, Refusal> plan_eviction(const State& state,
                                                   const ReservationRequest& request,
                                                   const Wish& wish, Instant now) {
    if (request.priority != Priority::P0) {
        return std::unexpected(refusal(RefusalCode::priority_not_allowed, "priority",
                                       "only a P0 takes GPUs from others; without it, wait for a "
                                       "window (\"on_conflict\": \"wait\") or take the nearest"));
    }
    std::optional<EvictionPlan> best;
    std::optional<Refusal> refused;
    const auto cost = [](const EvictionPlan& plan) {
        return std::pair(plan.harm_gpu_hours, plan.victims.size());
    };
    // Of equal harm the earlier one.
    for (const EvictionSpan& where : eviction_spans(state, request, wish, now)) {
        Planner planner(state, wish, where, now);
        auto plan = planner.find();
        if (!plan) {
            refused = nothing_to_evict(state, wish, planner);
        } else if (!best || cost(*plan) < cost(*best)) {
            best = std::move(plan);
        }
    }
    if (!best) return std::unexpected(std::move(*refused));
    return std::move(*best);
}

}  // namespace berth
