#include "engine/permission.hpp"

#include <algorithm>

#include "engine/refuse.hpp"

namespace berth {

namespace {

constexpr std::size_t most_names = 3;  // a sentence is no list of everybody

std::string joined(const std::vector<std::string>& names, const std::string& last_word) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " " + last_word + " " : ", ";
        text += names[i];
    }
    return text;
}

std::vector<std::string> teams_of(const Policy& policy, const std::string& person) {
    std::vector<std::string> teams;
    for (const auto& [name, team] : policy.teams) {
        if (team.members.contains(person) || team.leads.contains(person)) teams.push_back(name);
    }
    return teams;
}

std::expected<void, Refusal> check_team(const Policy& policy, const std::string& person,
                                        const std::string& team) {
    if (policy.teams.empty() || roles_of(policy, person, team).contains(Role::member)) return {};
    const auto own = teams_of(policy, person);
    std::string message = person + " belongs to no team here; ask an operator to be added to one";
    if (!own.empty()) {
        message = person + " does not belong to " + team + "; they book for " + joined(own, "or");
    }
    return std::unexpected(refusal(RefusalCode::not_allowed, "team", std::move(message)));
}

// "leads and operators", "operators, carol and dave"
std::string who_may(const Permission& permission) {
    std::vector<std::string> who;
    if (permission.roles.contains(Role::member)) who.emplace_back("members");
    if (permission.roles.contains(Role::lead)) who.emplace_back("leads");
    if (permission.roles.contains(Role::operator_)) who.emplace_back("operators");
    for (const auto& person : permission.people) {
        if (who.size() < most_names) who.push_back(person);
    }
    return who.empty() ? "nobody" : joined(who, "and");
}

// "; ask carol or wu", those nearest to the team first.
std::string whom_to_ask(const Policy& policy, const Permission& permission,
                        const std::string& team) {
    std::vector<std::string> names;
    const auto add = [&](const std::set<std::string>& people) {
        for (const auto& person : people) {
            const bool known = std::ranges::find(names, person) != names.end();
            if (names.size() < most_names && !known) names.push_back(person);
        }
    };
    const auto found = policy.teams.find(team);
    if (permission.roles.contains(Role::lead) && found != policy.teams.end()) {
        add(found->second.leads);
    }
    add(permission.people);
    if (permission.roles.contains(Role::operator_)) add(policy.operators);
    return names.empty() ? "" : "; ask " + joined(names, "or");
}

}  // namespace

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

    if (auto allowed = check_team(policy, person, booker.team); !allowed) {
        return std::unexpected(std::move(allowed.error()));
    }
    const Permission& use = policy.priorities[static_cast<std::size_t>(booker.priority)];
    if (!is_permitted(policy, use, person, booker.team)) {
        return std::unexpected(
            refusal(RefusalCode::priority_not_allowed, "priority",
                    std::string(boost::describe::enum_to_string(booker.priority, "")) + " is for " +
                        who_may(use) + whom_to_ask(policy, use, booker.team)));
    }
    if (research && !booker.preemptible &&
        !is_permitted(policy, policy.unpreemptible, person, booker.team)) {
        return std::unexpected(refusal(RefusalCode::must_be_preemptible, "preemptible",
                                       "P2 and P3 work that is safe from eviction is for " +
                                           who_may(policy.unpreemptible) +
                                           ": leave preemptible out" +
                                           whom_to_ask(policy, policy.unpreemptible, booker.team)));
    }
    return booker;
}

}  // namespace berth
