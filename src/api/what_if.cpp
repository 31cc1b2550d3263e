#include "api/what_if.hpp"

#include <algorithm>

#include "engine/eviction.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

bool asks_to_disturb_others(const Question& question) {
    const ReservationRequest& request = *question.request;
    const bool asks = request.priority == Priority::P0 || request.on_conflict == OnConflict::evict;
    return asks && !question.person.empty();
}

bool has_exact_start(const ReservationRequest& request) {
    return request.start && !request.finish_before;
}

// The plan as it would come to be: carried out, looked at, and undone.
std::expected<EvictionPlan, Refusal> rehearsed(Consultation& consultation, const Question& question,
                                               EvictionPlan plan) {
    const auto rehearsal =
        consultation.rehearse(question.person, booking_of_eviction(*question.request, plan));
    if (!rehearsal) return std::unexpected(rehearsal.error());
    say_where_booked_again(plan, *rehearsal);
    return plan;
}

// Why there is no eviction for a start that was named.
std::optional<Refusal> why_no_eviction(const Consultation& consultation, const Question& question) {
    if (!has_exact_start(*question.request)) return std::nullopt;
    const State& state = consultation.state();
    const auto wish = make_exact(state, *question.request, consultation.now());
    if (!wish) return wish.error();
    const auto plan = plan_eviction(state, *question.request, *wish, consultation.now());
    return plan ? std::nullopt : std::optional(plan.error());
}

}  // namespace

std::expected<Outcome, Refusal> what_if(Consultation& consultation, const Question& question) {
    auto answer =
        plan(consultation.state(), question.person, *question.request, consultation.now());
    if (!answer) return std::unexpected(std::move(answer.error()));
    Outcome outcome{std::move(*answer), {}};
    if (outcome.answer.feasible || !asks_to_disturb_others(question)) return outcome;
    if (outcome.answer.eviction) {
        outcome.eviction = rehearsed(consultation, question, *outcome.answer.eviction);
    } else if (auto why = why_no_eviction(consultation, question)) {
        outcome.eviction = std::unexpected(std::move(*why));
    }
    return outcome;
}

Reserve booking_of_eviction(const ReservationRequest& request, const EvictionPlan& plan) {
    Reserve booking{request, plan};
    ReservationRequest& exact = booking.request;
    exact.on_conflict = OnConflict::evict;
    if (has_exact_start(request)) return booking;
    // The plan chose the start.
    exact.start = StartTime{plan.start};
    exact.end = plan.end;
    exact.hours.reset();
    exact.finish_before.reset();
    return booking;
}

Reserve booking_of_window(const ReservationRequest& request, const Suggestion& window) {
    Reserve booking{request};
    ReservationRequest& exact = booking.request;
    exact.gpus = GpuRequest{};
    exact.gpus.ids = window.gpus;
    exact.start = StartTime{window.start};
    exact.end = window.end;
    exact.hours.reset();
    exact.align = false;
    exact.finish_before.reset();
    exact.on_conflict = OnConflict::refuse;
    exact.wait.reset();
    if (!request.gpus.ids.empty()) {
        // Their number said that equal ones would do.
        if (request.gpus.count) exact.gpus.count = static_cast<int>(window.gpus.size());
        return booking;
    }
    booking.asked = request.gpus;
    booking.asked->count = static_cast<int>(window.gpus.size());
    return booking;
}

void say_where_booked_again(EvictionPlan& plan, const Rehearsal& rehearsal) {
    for (Victim& victim : plan.victims) {
        for (const Rehearsal::Step& step : rehearsal.steps) {
            if (!step.after) continue;
            const Reservation& after = *step.after;
            // What runs is continued by another; what has not begun is booked anew itself.
            const bool is_its_next =
                victim.running ? after.continues == victim.id : after.id == victim.id;
            if (!is_its_next) continue;
            const bool booked = !after.gpus.empty();
            victim.again_from = booked ? std::optional(after.start) : std::nullopt;
            victim.again_to = booked ? std::optional(after.end) : std::nullopt;
            victim.again_gpus = after.gpus;
        }
    }
}

}  // namespace berth
