// The what-if answers: windows for a wish, without booking any. The same code suggests windows when
// a request is refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "engine/state.hpp"

namespace berth {

struct PlanAnswer {
    bool feasible = false;
    std::vector<Suggestion> windows;  // best first; booked at this revision, each is confirmed
    std::optional<Instant> earliest_finish;
    std::string summary;  // one sentence
    std::uint64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(PlanAnswer, (), (feasible, windows, earliest_finish, summary, revision))

// For `person`, whose permissions and quota the windows keep to.
std::expected<PlanAnswer, Refusal> plan(const State& state, const std::string& person,
                                        const ReservationRequest& request, Instant now);

}  // namespace berth
