#include "engine/decide_modify.hpp"

#include <algorithm>

#include "engine/conflict.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/look_up.hpp"
#include "engine/named_gpus.hpp"
#include "engine/permission.hpp"
#include "engine/pods.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

std::expected<void, Refusal> check_allowed(const Reservation& reservation,
                                           const ReservationChange& change) {
    const std::string id = reservation.id.text();
    if (is_ended(reservation.state) || reservation.state == ReservationState::releasing) {
        return std::unexpected(
            refusal(RefusalCode::wrong_state, "", id + " has already ended or is ending"));
    }
    if (change.title) {
        if (auto checked = check_title(*change.title); !checked) return checked;
    }
    if (is_waiting(reservation.state) || reservation.state == ReservationState::offered) {
        return std::unexpected(refusal(RefusalCode::wrong_state, "",
                                       id + " waits for its window; cancel it and ask anew"));
    }
    if (!has_begun(reservation.state)) return {};
    if (change.start) {
        return std::unexpected(refusal(RefusalCode::wrong_state, "start",
                                       id + " has begun; only its end can still be moved"));
    }
    if (change.gpus) {
        return std::unexpected(
            refusal(RefusalCode::wrong_state, "gpus",
                    id + " has begun on its GPUs and keeps them; only its end can be moved"));
    }
    return {};
}

// A move keeps the window's number of slots, so that daylight saving does not stretch it.
void keep_length(const SlotGrid& grid, const Reservation& reservation, Instant now,
                 ReservationRequest& request) {
    const Span span{reservation.start, reservation.end};
    const Instant start = request.start->at.value_or(now);
    if (start > now && grid.is_edge(start)) {
        request.end = grid.start_of(grid.slot_at(start) + grid.covering(span).slots());
    } else {
        request.hours = static_cast<double>(span.length().count()) / 3'600'000.0;
    }
}

std::expected<Span, Refusal> new_span(const State& state, const Reservation& reservation,
                                      const ReservationChange& change, Instant now) {
    if (!change.start && !change.hours && !change.end) {
        return Span{reservation.start, reservation.end};
    }
    ReservationRequest request;
    request.start = change.start;
    request.hours = change.hours;
    request.end = change.end;
    request.align = change.align;
    if (!change.start) {
        return choose_end(state.grid, state.horizon, reservation.start, request, now);
    }
    if (!change.hours && !change.end) keep_length(state.grid, reservation, now, request);
    return choose_span(state.grid, state.horizon, request, now);
}

// What has begun can only stay where it is: the longest extension that its GPUs are free for.
Refusal cannot_extend(const State& state, const Reservation& reservation, const Wish& wish,
                      Instant now) {
    Refusal refused;
    refused.code = RefusalCode::conflict;
    refused.field = "end";
    const Holding obstacle =
        *state.calendar.first_clash(wish.gpus.ids, wish.span, holder_of(reservation.id));
    const std::string& gpu = state.fleet->gpu(obstacle.gpu).id;
    refused.obstacle = {gpu, obstacle.span};
    refused.message =
        "GPU " + gpu + " is booked from " + state.grid.local_text(obstacle.span.from) + " on";
    const Instant longest = state.grid.edge_at_or_before(obstacle.span.from);
    if (longest > std::max(reservation.end, now)) {
        refused.message += "; it can be extended until then";
        refused.suggestions.push_back(make_suggestion(state, SuggestionKind::shorter,
                                                      {{reservation.start, longest}, wish.gpus.ids},
                                                      "as long as its GPUs are free"));
    }
    return refused;
}

// Its GPUs may have been somebody else's since.
Refusal is_over(const SlotGrid& grid, const Reservation& reservation) {
    return refusal(RefusalCode::wrong_state, "end",
                   "the time of " + reservation.id.text() + " was over at " +
                       grid.local_text(reservation.end) + ", and it is being ended; book anew");
}

std::expected<Placement, Refusal> place_anew(const State& state, const Reservation& reservation,
                                             const ReservationChange& change, Instant now) {
    const auto span = new_span(state, reservation, change, now);
    if (!span) return std::unexpected(span.error());
    if (has_begun(reservation.state) && reservation.end <= now && span->to > now) {
        return std::unexpected(is_over(state.grid, reservation));
    }
    Wish wish{{state.gpus_of(reservation), {}}, *span, state.grid.covering(*span).slots()};
    if (change.gpus) {
        auto gpus = choose_gpus_for(*state.fleet, *change.gpus, reservation.workload);
        if (!gpus) return std::unexpected(std::move(gpus.error()));
        wish.gpus = std::move(*gpus);
    }
    // What lies behind cannot be in the way any more.
    wish.span.from = std::max(wish.span.from, std::min(now, wish.span.to));
    const Holder self = holder_of(reservation.id);
    if (auto placement = try_place(state.calendar, wish.gpus, wish.span, self)) {
        // On other GPUs it holds nothing of what lies behind: its own were down then.
        if (placement->gpus == state.gpus_of(reservation)) placement->span.from = span->from;
        return std::move(*placement);
    }
    if (has_begun(reservation.state)) {
        return std::unexpected(cannot_extend(state, reservation, wish, now));
    }
    if (!change.gpus) {
        GpuRequest same;
        same.ids = reservation.gpus;
        auto like_these = choose_gpus_for(*state.fleet, same, reservation.workload);
        if (like_these) wish.gpus = std::move(*like_these);
    }
    return std::unexpected(conflict(state, wish, {reservation.team, reservation.id}, now));
}

// What is kept as asked for, where other GPUs are.
std::expected<std::optional<GpuRequest>, Refusal> asked_anew(const Turn& turn,
                                                             const Reservation& reservation,
                                                             const ReservationChange& change) {
    if (!change.gpus) return std::nullopt;
    const Fleet& fleet = *turn.state().fleet;
    auto asked = keepable(turn.policy(), fleet, *change.gpus);
    if (asked) asked = for_its_pods(fleet, *asked, reservation.workload);
    if (!asked) return std::unexpected(std::move(asked.error()));
    if (asked->ids.empty()) asked->count = count_asked(*asked);
    return std::move(*asked);
}

bool is_already_so(const Reservation& reservation, const ReservationChanged& changed) {
    return changed.title == reservation.title && changed.gpus == reservation.gpus &&
           changed.start == reservation.start && changed.end == reservation.end &&
           changed.booked_end.value_or(changed.end) == reservation.booked_end;
}

// A move that keeps its length is only a move, whatever daylight saving makes of its hours.
std::expected<void, Refusal> check_reasons(const Turn& turn, const Reservation& reservation,
                                           const ReservationChange& change,
                                           const ReservationChanged& changed) {
    if (changed.start != reservation.start || changed.gpus != reservation.gpus) {
        if (auto explained = check_reason(turn, ReasonFor::move); !explained) return explained;
    }
    if (!change.hours && !change.end) return {};
    const Duration before = reservation.booked_end - reservation.start;
    const Duration after = changed.end - changed.start;
    if (after > before) return check_reason(turn, ReasonFor::extend);
    if (after < before) return check_reason(turn, ReasonFor::shorten);
    return {};
}

}  // namespace

std::expected<void, Refusal> may_modify(const State& state, const Modify& command,
                                        const std::string& actor) {
    const auto found = look_up_own(state, command.id, command.if_revision, actor);
    if (!found) return std::unexpected(found.error());
    return check_allowed(**found, command.change);
}

std::expected<void, Refusal> decide_modify(Turn& turn, const Modify& command) {
    const State& state = turn.state();
    if (auto allowed = may_modify(state, command, turn.actor()); !allowed) return allowed;
    const Reservation& reservation = *state.find(command.id);
    const ReservationChange& change = command.change;
    const auto asked = asked_anew(turn, reservation, change);
    if (!asked) return std::unexpected(asked.error());
    const auto placement = place_anew(state, reservation, change, turn.now());
    if (!placement) return std::unexpected(placement.error());
    ReservationChanged changed{reservation.id,
                               change.title.value_or(reservation.title),
                               ids_of(*state.fleet, placement->gpus),
                               placement->span.from,
                               placement->span.to,
                               *asked,
                               {}};
    const bool keeps_its_time = !change.start && !change.hours && !change.end;
    if (keeps_its_time && reservation.booked_end != reservation.end) {
        changed.booked_end = reservation.booked_end;
    }
    if (is_already_so(reservation, changed)) return {};
    if (auto allowed = check_quota(state, reservation.team, placement->gpus.size(), placement->span,
                                   turn.now(), reservation.id);
        !allowed) {
        return allowed;
    }
    if (auto explained = check_reasons(turn, reservation, change, changed); !explained) {
        return explained;
    }
    turn.emit(changed);
    return {};
}

}  // namespace berth
