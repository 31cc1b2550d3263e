// Whether the site's rules let this person book this: team, priority, quotas. Refusals say what is
// left and when it frees.
#pragma once

#include <expected>
#include <string>

#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "engine/state.hpp"

namespace berth {

// Who books what for whom; what a request leaves open is filled in.
struct Booker {
    std::string person;
    std::string team;
    Priority priority = Priority::P2;
    bool preemptible = true;
};

// Refusals: not_allowed (not of that team), priority_not_allowed, must_be_preemptible.
std::expected<Booker, Refusal> check_booker(const Policy& policy, const std::string& person,
                                            const std::optional<std::string>& team,
                                            std::optional<Priority> priority,
                                            std::optional<bool> preemptible);

// Whether the team may hold so many GPUs for that span beside what it has; `ignoring` does not
// count (a reservation that is to be changed). Refusal: quota_exceeded.
std::expected<void, Refusal> check_quota(const State& state, const std::string& team,
                                         std::size_t gpus, Span span, Instant now,
                                         std::optional<ReservationId> ignoring = {});
// The same without the sentence, and so without looking for when it frees: for a search.
bool is_within_quota(const State& state, const std::string& team, std::size_t gpus, Span span,
                     Instant now, std::optional<ReservationId> ignoring = {});
// Whether it may make one more P0. Refusal: quota_exceeded.
std::expected<void, Refusal> check_p0_quota(const State& state, const std::string& team,
                                            Instant now);

}  // namespace berth
