#include "policy/policy.hpp"

#include <algorithm>

namespace berth {

std::set<Role> roles_of(const Policy& policy, const std::string& person, const std::string& team) {
    std::set<Role> roles;
    if (policy.operators.contains(person)) roles.insert(Role::operator_);
    const auto found = policy.teams.find(team);
    const bool is_known = found != policy.teams.end();
    if (is_known && found->second.leads.contains(person)) roles.insert(Role::lead);
    const bool belongs = is_known && found->second.members.contains(person);
    if (!roles.empty() || belongs || policy.teams.empty()) roles.insert(Role::member);
    return roles;
}

bool is_permitted(const Policy& policy, const Permission& permission, const std::string& person,
                  const std::string& team) {
    if (policy.is_open() || permission.people.contains(person)) return true;
    const auto roles = roles_of(policy, person, team);
    return std::ranges::any_of(roles, [&](Role role) { return permission.roles.contains(role); });
}

const Quota& quota_of(const Policy& policy, const std::string& team) {
    const auto found = policy.teams.find(team);
    if (found == policy.teams.end() || found->second.quota == Quota{}) return policy.default_quota;
    return found->second.quota;
}

std::string team_of(const Policy& policy, const std::string& person) {
    for (const auto& [name, team] : policy.teams) {
        if (team.members.contains(person) || team.leads.contains(person)) return name;
    }
    return "default";
}

bool may_change(const Policy& policy, const std::string& person, const Reservation& reservation) {
    if (person == reservation.owner || policy.operators.contains(person)) return true;
    const auto team = policy.teams.find(reservation.team);
    return team != policy.teams.end() && team->second.leads.contains(person);
}

std::chrono::milliseconds overrun_buffer(const Policy& policy, const Reservation& reservation) {
    const auto booked = reservation.booked_end - reservation.start;
    const auto share = std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(booked.count()) * policy.overrun.share));
    return std::clamp<std::chrono::milliseconds>(share, std::chrono::milliseconds(0),
                                                 policy.overrun.most);
}

}  // namespace berth
