#include "engine/decide_reserve.hpp"

#include <algorithm>

#include "engine/conflict.hpp"
#include "engine/refuse.hpp"
#include "engine/suggest.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

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

std::expected<void, Refusal> check_words(const ReservationRequest& request) {
    if (request.title) {
        if (auto checked = check_title(*request.title); !checked) return checked;
    }
    if (request.workload) return check_workload(*request.workload);
    return {};
}

bool preemptible_by_default(Priority priority) {
    return priority == Priority::P2 || priority == Priority::P3;
}

std::string default_title(const ReservationRequest& request) {
    if (!request.workload) return "interactive";
    if (request.workload->name) return *request.workload->name;
    if (request.workload->model) return *request.workload->model;
    return request.workload->argv.empty() ? "job" : request.workload->argv.front();
}

Reservation make_reservation(const State& state, const ReservationRequest& request,
                             const Placement& placement, const std::string& actor, Instant now) {
    Reservation reservation;
    reservation.id = state.next_id();
    reservation.title = request.title.value_or(default_title(request));
    reservation.owner = actor;
    reservation.team = request.team.value_or("default");
    reservation.gpus = ids_of(*state.fleet, placement.gpus);
    reservation.start = placement.span.from;
    reservation.end = placement.span.to;
    reservation.booked_end = placement.span.to;
    reservation.priority = request.priority.value_or(Priority::P2);
    reservation.preemptible =
        request.preemptible.value_or(preemptible_by_default(reservation.priority));
    reservation.workload = request.workload;
    reservation.created_at = now;
    return reservation;
}

// The nearest window of the wanted size and length.
std::optional<Placement> nearest(const State& state, const std::vector<Suggestion>& suggestions) {
    for (const Suggestion& suggestion : suggestions) {
        if (suggestion.kind == SuggestionKind::fewer_gpus ||
            suggestion.kind == SuggestionKind::shorter) {
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

}  // namespace

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

void complete_on_grid(const State& state, const ReservationRequest& request, Instant now,
                      Refusal& refusal) {
    const auto gpus = choose_gpus(*state.fleet, request.gpus);
    std::vector<Suggestion> free;
    for (Suggestion& suggestion : refusal.suggestions) {
        const Span span{std::max(suggestion.start, now), suggestion.end};
        if (!gpus || span.empty()) continue;
        if (const auto placement = try_place(state.calendar, *gpus, span)) {
            free.push_back(make_suggestion(state, suggestion.kind, *placement, suggestion.why));
        }
    }
    refusal.suggestions = std::move(free);
}

std::expected<std::vector<Event>, Refusal> decide_reserve(const State& state,
                                                          const Reserve& command,
                                                          const std::string& actor, Instant now) {
    const ReservationRequest& request = command.request;
    if (auto checked = check_words(request); !checked) return std::unexpected(checked.error());
    if (request.finish_before) {
        return std::unexpected(refusal(RefusalCode::bad_request, "finish_before",
                                       "a deadline belongs to a plan (/api/v1/plan); "
                                       "a reservation has a start"));
    }
    auto wish = make_exact(state, request, now);
    if (!wish) {
        complete_on_grid(state, request, now, wish.error());
        return std::unexpected(std::move(wish.error()));
    }
    auto placement = try_place(state.calendar, wish->gpus, wish->span);
    if (!placement) {
        Refusal refused = conflict(state, *wish, now);
        if (request.on_conflict == OnConflict::nearest) {
            placement = nearest(state, refused.suggestions);
        }
        if (!placement) return std::unexpected(std::move(refused));
    }
    return std::vector<Event>{
        ReservationConfirmed{make_reservation(state, request, *placement, actor, now)}};
}

}  // namespace berth
