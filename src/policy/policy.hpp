// The site's rules: who may use which priority, how much a team may book, how long people are
// warned before their GPUs are taken back. Read from the configuration, immutable afterwards. Only
// decisions read it; what was decided is in the journal with every value.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "booking/reservation.hpp"

namespace berth {

// What one team may hold; what is absent is not limited.
struct Quota {
    std::optional<double> gpu_hours_per_week = {};  // in any seven days
    std::optional<int> gpus_at_once = {};
    std::optional<int> horizon_days = {};      // how far ahead it may book an end
    std::optional<double> longest_hours = {};  // of one reservation
    std::optional<int> p0_per_month = {};      // P0 reservations made in any 30 days

    // Whether what the team holds has to be added up.
    [[nodiscard]] bool limits_use() const { return gpu_hours_per_week || gpus_at_once; }

    bool operator==(const Quota&) const = default;
};

struct Team {
    std::set<std::string> members;  // leads included
    std::set<std::string> leads;
    Quota quota;
};

enum class Role { member, lead, operator_ };
BOOST_DESCRIBE_ENUM(Role, member, lead, operator_)

// Who may do what some may not: anybody with one of the roles, and these people.
struct Permission {
    std::set<Role> roles;
    std::set<std::string> people;
};

// What people do that a site may want to know the reason of.
enum class ReasonFor { book_p0, evict, move, extend, shorten, cancel, transfer, maintenance };
BOOST_DESCRIBE_ENUM(ReasonFor, book_p0, evict, move, extend, shorten, cancel, transfer, maintenance)

// Which GPUs somebody may name: any, or only all of a node, where something else than Berth chooses
// among those of a node (a cluster's device plugin).
enum class NamedGpus { any, whole_nodes };
BOOST_DESCRIBE_ENUM(NamedGpus, any, whole_nodes)

// How long a job may run past its booked end.
struct OverrunRules {
    double share = 0.1;                 // of its booked length
    std::chrono::minutes most{5 * 60};  // whatever its length
    // P2 and P3 successors may be made to wait for it, by at most its buffer.
    bool successors_may_wait = false;
};

struct Policy {
    // Without teams and operators everybody may use every team's name and every priority.
    std::map<std::string, Team> teams;
    std::set<std::string> operators;
    Quota default_quota;  // of a team that has none of its own
    std::array<Permission, 4> priorities{{{.roles = {Role::lead, Role::operator_}, .people = {}},
                                          {.roles = {Role::member}, .people = {}},
                                          {.roles = {Role::member}, .people = {}},
                                          {.roles = {Role::member}, .people = {}}}};
    Permission unpreemptible{.roles = {Role::lead, Role::operator_}, .people = {}};  // P2 and P3

    // From a notice until the GPUs are taken back.
    std::chrono::milliseconds notice{std::chrono::minutes(30)};
    // What a continuation gets beside the time that was left: loading, and the lost piece of epoch.
    std::chrono::minutes restart_allowance{30};
    std::chrono::minutes offer{15};     // an offered window is held so long
    std::chrono::minutes check_in{30};  // from the start of a reservation without a job
    std::optional<std::chrono::minutes>
        idle;  // GPUs without use for so long: warned, then released
    std::chrono::milliseconds stop_time{
        60'000};  // from SIGTERM to SIGKILL; after a queue job's limit
    OverrunRules overrun;
    NamedGpus named_gpus = NamedGpus::any;
    std::set<ReasonFor> reason_required = {};  // without a reason these are refused

    [[nodiscard]] bool is_open() const { return teams.empty() && operators.empty(); }
};

// The roles of a person in one team; an operator is one everywhere, and on a site without teams
// everybody is a member of each.
std::set<Role> roles_of(const Policy& policy, const std::string& person, const std::string& team);
bool is_permitted(const Policy& policy, const Permission& permission, const std::string& person,
                  const std::string& team);
const Quota& quota_of(const Policy& policy, const std::string& team);
// The team that a person books for when they name none.
std::string team_of(const Policy& policy, const std::string& person);

// Whether the person may change that reservation: its owner, a lead of its team, an operator.
bool may_change(const Policy& policy, const std::string& person, const Reservation& reservation);

// The longest that a job may run past its booked end.
std::chrono::milliseconds overrun_buffer(const Policy& policy, const Reservation& reservation);

}  // namespace berth
