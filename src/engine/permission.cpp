#include "engine/permission.hpp"

namespace berth {

std::expected<Booker, Refusal> check_booker(const Policy& policy, const std::string& person,
                                            const std::optional<std::string>& team,
                                            std::optional<Priority> priority,
                                            std::optional<bool> preemptible) {
    Booker booker;
    booker.person = person;
    booker.team = team.value_or(team_of(policy, person));
    booker.priority = priority.value_or(Priority::P2);
    const bool research = booker.priority == Priority::P2 || booker.priority == Priority::P3;
    booker.preemptible = preemptible.value_or(research);
    return booker;
}

std::expected<void, Refusal> check_quota(const State&, const std::string&, std::size_t, Span,
                                         Instant, std::optional<ReservationId>) {
    return {};
}

std::expected<void, Refusal> check_p0_quota(const State&, const std::string&, Instant) {
    return {};
}

}  // namespace berth
