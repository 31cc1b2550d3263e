// The site's rules as the configuration writes them (policy:, teams:, operators:), and the Policy
// that they become.
//
//     if (auto mistake = first_mistake(rules, clock)) return std::unexpected(*mistake);
//     const Policy policy = make_policy(rules, stop_time);
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "policy/policy.hpp"

namespace berth {

struct QuotaConfig {
    static constexpr bool all_optional = true;
    std::optional<double> gpu_hours_per_week;
    std::optional<int> gpus_at_once;
    std::optional<int> horizon_days;
    std::optional<double> longest_hours;
    std::optional<int> p0_per_month;
};
BOOST_DESCRIBE_STRUCT(QuotaConfig, (),
                      (gpu_hours_per_week, gpus_at_once, horizon_days, longest_hours, p0_per_month))

// Who may: anybody with one of the roles, and these people.
struct PermissionConfig {
    static constexpr bool all_optional = true;
    std::vector<Role> roles;
    std::vector<std::string> people;
};
BOOST_DESCRIBE_STRUCT(PermissionConfig, (), (roles, people))

// What is absent stays as Policy has it.
struct PrioritiesConfig {
    static constexpr bool all_optional = true;
    std::optional<PermissionConfig> P0;
    std::optional<PermissionConfig> P1;
    std::optional<PermissionConfig> P2;
    std::optional<PermissionConfig> P3;
};
BOOST_DESCRIBE_STRUCT(PrioritiesConfig, (), (P0, P1, P2, P3))

struct OverrunConfig {
    static constexpr bool all_optional = true;
    double percent = 10;  // of the booked length
    double most_hours = 5;
    bool successors_may_wait = false;
};
BOOST_DESCRIBE_STRUCT(OverrunConfig, (), (percent, most_hours, successors_may_wait))

struct PolicyConfig {
    static constexpr bool all_optional = true;
    double notice_minutes = 30;
    int restart_allowance_minutes = 30;
    int offer_minutes = 15;
    int check_in_minutes = 30;
    std::optional<int> idle_minutes;
    OverrunConfig overrun;
    PrioritiesConfig priorities;
    std::optional<PermissionConfig> unpreemptible;
    QuotaConfig quota;  // of a team, where its own says nothing else
    std::vector<ReasonFor> reason_required;
};
BOOST_DESCRIBE_STRUCT(PolicyConfig, (),
                      (notice_minutes, restart_allowance_minutes, offer_minutes, check_in_minutes,
                       idle_minutes, overrun, priorities, unpreemptible, quota, reason_required))

struct TeamConfig {
    static constexpr bool all_optional = true;
    std::vector<std::string> members;
    std::vector<std::string> leads;  // members as well
    QuotaConfig quota;
};
BOOST_DESCRIBE_STRUCT(TeamConfig, (), (members, leads, quota))

struct SiteRules {
    PolicyConfig policy;
    std::map<std::string, TeamConfig> teams;
    std::vector<std::string> operators;
};

enum class ClockKind { wall, test };

// A sentence with the key and what to write instead; nothing when all is well. Under a test clock a
// notice may be as short as a test wants it.
std::optional<std::string> first_mistake(const SiteRules& rules, ClockKind clock);

// Precondition: without a mistake. `stop_time` is what a job gets between SIGTERM and SIGKILL.
Policy make_policy(const SiteRules& rules, std::chrono::milliseconds stop_time);

}  // namespace berth
