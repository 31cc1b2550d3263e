#include "engine/decide_reserve.hpp"

#include <algorithm>

#include "engine/conflict.hpp"
#include "engine/eviction.hpp"
#include "engine/named_gpus.hpp"
#include "engine/overrun.hpp"
#include "engine/permission.hpp"
#include "engine/pods.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/waitlist.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

std::expected<void, Refusal> check_words(const ReservationRequest& request) {
    if (request.title) {
        if (auto checked = check_title(*request.title); !checked) return checked;
    }
    if (request.workload) return check_workload(*request.workload);
    return {};
}

// The nearest window of the wanted size and length.
std::optional<Placement> nearest(const State& state, const std::vector<Suggestion>& suggestions) {
    for (const Suggestion& suggestion : suggestions) {
        if (suggestion.kind == SuggestionKind::fewer_gpus ||
            suggestion.kind == SuggestionKind::shorter ||
            suggestion.kind == SuggestionKind::evict) {
            continue;
        }
        Placement placement{{suggestion.start, suggestion.end}, {}};
        for (const auto& id : suggestion.gpus) {
            placement.gpus.push_back(state.fleet->find(id)->index);
        }
        return placement;
    }
    return std::nullopt;
}

// What is booked for this placement, when the team may have it.
std::expected<void, Refusal> book(Turn& turn, const Reserve& command, const Booker& booker,
                                  const Placement& placement) {
    if (auto allowed = check_quota(turn.state(), booker.team, placement.gpus.size(), placement.span,
                                   turn.now());
        !allowed) {
        return allowed;
    }
    if (auto explained = check_reason_to_book(turn, booker.priority); !explained) return explained;
    Reservation reservation = make_reservation(turn, command.request, booker, placement);
    if (command.asked) reservation.asked = *command.asked;
    turn.emit(ReservationConfirmed{std::move(reservation)});
    return {};
}

// With what the work's pods need, and with what is to be kept as asked for where that is not what
// the request says.
std::expected<Reserve, Refusal> completed(const Turn& turn, const Reserve& command) {
    const Fleet& fleet = *turn.state().fleet;
    const auto& workload = command.request.workload;
    Reserve complete = command;
    auto gpus = for_its_pods(fleet, command.request.gpus, workload);
    if (!gpus) return std::unexpected(std::move(gpus.error()));
    complete.request.gpus = std::move(*gpus);
    auto asked =
        command.asked ? *command.asked : keepable(turn.policy(), fleet, complete.request.gpus);
    if (!asked) return std::unexpected(std::move(asked.error()));
    if (!command.asked && *asked == complete.request.gpus) return complete;
    asked = for_its_pods(fleet, *asked, workload);
    if (!asked) return std::unexpected(std::move(asked.error()));
    complete.asked = std::move(*asked);
    return complete;
}

// What it could have by evicting others.
void add_eviction(const Turn& turn, const ReservationRequest& request, const Booker& booker,
                  const Wish& wish, Refusal& refused) {
    const State& state = turn.state();
    const bool allowed =
        is_within_quota(state, booker.team, gpu_count(wish.gpus), wish.span, turn.now());
    if (!allowed) return;
    const auto eviction = plan_eviction(state, request, wish, turn.now());
    if (eviction) refused.suggestions.push_back(suggest_eviction(*eviction));
}

std::expected<void, Refusal> decide_complete(Turn& turn, const Reserve& command,
                                             const Booker& booker) {
    const ReservationRequest& request = command.request;
    const State& state = turn.state();
    if (command.eviction) return decide_eviction(turn, command);
    auto wish = make_exact(state, request, turn.now());
    if (!wish) {
        complete_on_grid(state, request, {.team = booker.team}, turn.now(), wish.error());
        return std::unexpected(std::move(wish.error()));
    }
    if (const auto placement = try_place(state.calendar, wish->gpus, wish->span)) {
        auto booked = book(turn, command, booker, *placement);
        if (!booked && booked.error().code == RefusalCode::quota_exceeded) {
            booked.error().suggestions = suggest(state, *wish, {.team = booker.team}, turn.now());
        }
        return booked;
    }
    if (request.on_conflict == OnConflict::wait) return decide_wait(turn, command, *wish);
    if (request.on_conflict == OnConflict::evict) return decide_eviction(turn, command);
    Refusal refused = conflict(state, *wish, {.team = booker.team}, turn.now());
    if (request.on_conflict == OnConflict::nearest) {
        if (const auto placement = nearest(state, refused.suggestions)) {
            return book(turn, command, booker, *placement);
        }
    }
    if (booker.priority == Priority::P0) add_eviction(turn, request, booker, *wish, refused);
    return std::unexpected(std::move(refused));
}

}  // namespace

std::expected<void, Refusal> check_workload(const Workload& workload) {
    if (workload.kind == WorkloadKind::command && workload.argv.empty()) {
        return std::unexpected(refusal(RefusalCode::bad_request, "workload.argv",
                                       "a command workload needs argv, the program first"));
    }
    if (workload.kind == WorkloadKind::yolo && (!workload.model || !workload.data)) {
        return std::unexpected(refusal(RefusalCode::bad_request,
                                       workload.model ? "workload.data" : "workload.model",
                                       "a YOLO training needs a model and a data set"));
    }
    if (workload.epochs && *workload.epochs < 1) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "workload.epochs", "train for at least 1 epoch"));
    }
    return {};
}

std::string default_title(const std::optional<Workload>& workload) {
    if (!workload) return "interactive";
    if (workload->name) return *workload->name;
    if (workload->model) return *workload->model;
    return workload->argv.empty() ? "job" : workload->argv.front();
}

Reservation make_reservation(const Turn& turn, const ReservationRequest& request,
                             const Booker& booker, const Placement& placement) {
    Reservation reservation;
    reservation.id = turn.state().next_id();
    reservation.title = request.title.value_or(default_title(request.workload));
    reservation.owner = booker.person;
    reservation.team = booker.team;
    reservation.gpus = ids_of(*turn.state().fleet, placement.gpus);
    reservation.start = placement.span.from;
    reservation.end = placement.span.to;
    reservation.booked_end = placement.span.to;
    reservation.priority = booker.priority;
    reservation.preemptible = booker.preemptible;
    reservation.workload = request.workload;
    reservation.created_at = turn.now();
    reservation.asked = request.gpus;
    if (request.gpus.ids.empty()) reservation.asked.count = count_asked(request.gpus);
    reservation.may_start_late_until = may_start_late_until(turn.state(), reservation);
    return reservation;
}

std::expected<void, Refusal> check_title(const std::string& title) {
    if (title.size() <= longest_title) return {};
    return std::unexpected(refusal(
        RefusalCode::bad_request, "title",
        "the title is longer than " + std::to_string(longest_title) + " bytes; shorten it"));
}

std::vector<std::string> ids_of(const Fleet& fleet, const std::vector<GpuIndex>& gpus) {
    std::vector<std::string> ids;
    ids.reserve(gpus.size());
    for (const GpuIndex gpu : gpus) ids.push_back(fleet.gpu(gpu).id);
    return ids;
}

void complete_on_grid(const State& state, const ReservationRequest& request, const Asker& asker,
                      Instant now, Refusal& refusal) {
    const auto gpus = choose_gpus_for(*state.fleet, request.gpus, request.workload);
    const OpenWindows open(state, asker, now);
    std::vector<Suggestion> free;
    for (Suggestion& suggestion : refusal.suggestions) {
        const Span span{std::max(suggestion.start, now), suggestion.end};
        if (!gpus || span.empty()) continue;
        if (const auto placement = open.at(*gpus, span)) {
            free.push_back(make_suggestion(state, suggestion.kind, *placement, suggestion.why));
        }
    }
    refusal.suggestions = std::move(free);
}

std::expected<void, Refusal> decide_reserve(Turn& turn, const Reserve& command) {
    const ReservationRequest& request = command.request;
    const State& state = turn.state();
    if (auto checked = check_words(request); !checked) return checked;
    if (request.finish_before) {
        return std::unexpected(refusal(RefusalCode::bad_request, "finish_before",
                                       "a deadline belongs to a plan (/api/v1/plan); "
                                       "a reservation has a start"));
    }
    // Who knows the token puts what it stands for in its place.
    if (request.plan) {
        return std::unexpected(refusal(
            RefusalCode::plan_stale, "plan",
            "that plan is not known: it is older than a minute, or somebody else's; plan again"));
    }
    const auto booker = check_booker(turn.policy(), turn.actor(), request.team, request.priority,
                                     request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    if (booker->priority == Priority::P0) {
        if (auto allowed = check_p0_quota(state, booker->team, turn.now()); !allowed) {
            return allowed;
        }
    }
    const auto complete = completed(turn, command);
    if (!complete) return std::unexpected(complete.error());
    return decide_complete(turn, *complete, *booker);
}

}  // namespace berth
