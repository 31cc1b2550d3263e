// The what-if answers: windows for a wish, without booking any. The same code suggests windows when
// a request is refused.
//
//     auto answer = plan(state, "alice", request, now);
//     if (answer && answer->feasible) book(answer->windows.front());
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/eviction_plan.hpp"
#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "engine/state.hpp"
#include "policy/odds.hpp"

namespace berth {

struct PlanAnswer {
    bool feasible = false;
    // Best first; booked at this revision, each is confirmed. Of a "no": the earliest finish, and
    // what would be in time for less than was asked for.
    std::vector<Suggestion> windows;
    std::optional<Instant> earliest_finish;
    std::string summary;              // one sentence
    std::vector<std::string> advice;  // of a "no": what else would help, a sentence each
    // For a P0 without room: whom it would disturb. Not printed: who shows it adds the token.
    std::optional<EvictionPlan> eviction;
    std::optional<Odds> odds;  // of a "yes": how sure its windows are
    std::uint64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(PlanAnswer, (),
                      (feasible, windows, earliest_finish, summary, advice, odds, revision))

// For `person`, whose permissions and quota the windows keep to. Refusals: as of a reservation,
// where no window at all would help.
std::expected<PlanAnswer, Refusal> plan(const State& state, const std::string& person,
                                        const ReservationRequest& request, Instant now);

}  // namespace berth
