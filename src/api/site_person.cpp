#include "api/site_person.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "engine/permission.hpp"
#include "json/schema.hpp"

namespace berth {

struct SitePerson {
    std::string user;
    std::vector<std::string> teams;
    std::vector<std::string> leads;
    std::vector<Priority> priorities;
    bool unpreemptible = false;
};
BOOST_DESCRIBE_STRUCT(SitePerson, (), (user, teams, leads, priorities, unpreemptible))

namespace {

// Whether some team would let them book so. Without configured teams every name is as good as
// another.
bool may_book(const Policy& policy, const std::string& person, Priority priority,
              std::optional<bool> preemptible) {
    const auto allows = [&](const std::string& team) {
        return check_booker(policy, person, team, priority, preemptible).has_value();
    };
    if (policy.teams.empty()) return allows(team_of(policy, person));
    return std::ranges::any_of(policy.teams, [&](const auto& one) { return allows(one.first); });
}

}  // namespace

boost::json::object site_person(const Policy& policy, const std::string& person) {
    SitePerson you;
    you.user = person;
    for (const auto& [name, team] : policy.teams) {
        if (team.members.contains(person)) you.teams.push_back(name);
        if (team.leads.contains(person)) you.leads.push_back(name);
    }
    for (const Priority priority : {Priority::P0, Priority::P1, Priority::P2, Priority::P3}) {
        if (may_book(policy, person, priority, {})) you.priorities.push_back(priority);
    }
    you.unpreemptible = may_book(policy, person, Priority::P2, false) ||
                        may_book(policy, person, Priority::P3, false);
    auto object = json::print(you).as_object();
    // No member of a C++ struct can have this name.
    object["operator"] = policy.operators.contains(person);
    return object;
}

boost::json::value site_person_schema(json::SchemaBook& book) {
    return book.named("SitePerson", [&] {
        auto schema = json::detail::struct_schema<SitePerson, json::detail::Direction::out>(book);
        json::add_member(schema, "operator", boost::json::object{{"type", "boolean"}},
                         json::Presence::required);
        return schema;
    });
}

}  // namespace berth
