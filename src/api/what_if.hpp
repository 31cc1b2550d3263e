// What POST /api/v1/plan answers, found on the writer's thread: windows for a wish and, for a P0
// that finds none, whom it would disturb and where each of them would be booked again.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "booking/command.hpp"
#include "engine/engine.hpp"
#include "engine/plan.hpp"

namespace berth {

struct Question {
    std::string person;  // empty: they did not say who they are
    std::shared_ptr<const ReservationRequest> request;
};

struct Outcome {
    PlanAnswer answer;
    // Absent: nobody asked to disturb others, or nobody needs to.
    std::optional<std::expected<EvictionPlan, Refusal>> eviction;
};

std::expected<Outcome, Refusal> what_if(Consultation& consultation, const Question& question);

// The request, for exactly this window of its plan.
Reserve booking_of_window(const ReservationRequest& request, const Suggestion& window);

// The request, by this plan: the token of an eviction stands for it.
Reserve booking_of_eviction(const ReservationRequest& request, const EvictionPlan& plan);

// Each victim's new window, as the rehearsal of the plan had it.
void say_where_booked_again(EvictionPlan& plan, const Rehearsal& rehearsal);

}  // namespace berth
