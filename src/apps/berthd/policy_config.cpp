#include "apps/berthd/policy_config.hpp"

#include <cmath>
#include <sstream>

namespace berth {

namespace {

using Mistake = std::optional<std::string>;

constexpr double day_minutes = 24 * 60;
constexpr double shortest_notice_minutes = 5;

std::string number_text(double number) {
    std::ostringstream text;
    text << number;
    return text.str();
}

struct Range {
    std::string key;
    std::optional<double> value;
    double least;
    double most;
};

Mistake outside(const Range& range) {
    if (!range.value || (*range.value >= range.least && *range.value <= range.most)) return {};
    return range.key + " must lie between " + number_text(range.least) + " and " +
           number_text(range.most);
}

Mistake first_outside(std::initializer_list<Range> ranges) {
    for (const Range& range : ranges) {
        if (auto mistake = outside(range)) return mistake;
    }
    return std::nullopt;
}

template <class T>
std::optional<double> number(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return static_cast<double>(*value);
}

Mistake mistake_in(const QuotaConfig& quota, const std::string& key) {
    return first_outside({
        {key + ".gpu_hours_per_week", quota.gpu_hours_per_week, 0, 1e9},
        {key + ".gpus_at_once", number(quota.gpus_at_once), 0, 1e6},
        {key + ".horizon_days", number(quota.horizon_days), 1, 3660},
        {key + ".longest_hours", quota.longest_hours, 0.5, 3660 * 24},
        {key + ".p0_per_month", number(quota.p0_per_month), 0, 1e6},
    });
}

Mistake mistake_in(const PolicyConfig& policy, ClockKind clock) {
    // A trainer has to notice it, finish its step and write some gigabytes.
    if (clock == ClockKind::wall && policy.notice_minutes < shortest_notice_minutes) {
        return "policy.notice_minutes must be at least 5, so that running work can be saved; only "
               "under --test-clock it may be less";
    }
    if (auto mistake = first_outside({
            {"policy.notice_minutes", policy.notice_minutes, 0.01, day_minutes},
            {"policy.restart_allowance_minutes", policy.restart_allowance_minutes, 0, day_minutes},
            {"policy.offer_minutes", policy.offer_minutes, 1, day_minutes},
            {"policy.check_in_minutes", policy.check_in_minutes, 1, day_minutes},
            {"policy.idle_minutes", number(policy.idle_minutes), 1, 7 * day_minutes},
            {"policy.overrun.percent", policy.overrun.percent, 0, 100},
            {"policy.overrun.most_hours", policy.overrun.most_hours, 0, 7 * 24},
        })) {
        return mistake;
    }
    return mistake_in(policy.quota, "policy.quota");
}

Mistake mistake_in(const std::string& name, const TeamConfig& team) {
    const std::string key = "teams." + name;
    if (name.empty()) return "a team under teams has an empty name";
    for (const auto* people : {&team.members, &team.leads}) {
        for (const std::string& person : *people) {
            if (person.empty()) return key + " names a person with an empty name";
        }
    }
    return mistake_in(team.quota, key + ".quota");
}

// What the team's own quota leaves open is as for everybody.
Quota make_quota(const QuotaConfig& own, const QuotaConfig& common) {
    return {.gpu_hours_per_week =
                own.gpu_hours_per_week ? own.gpu_hours_per_week : common.gpu_hours_per_week,
            .gpus_at_once = own.gpus_at_once ? own.gpus_at_once : common.gpus_at_once,
            .horizon_days = own.horizon_days ? own.horizon_days : common.horizon_days,
            .longest_hours = own.longest_hours ? own.longest_hours : common.longest_hours,
            .p0_per_month = own.p0_per_month ? own.p0_per_month : common.p0_per_month};
}

Permission make_permission(const PermissionConfig& config) {
    return {.roles = {config.roles.begin(), config.roles.end()},
            .people = {config.people.begin(), config.people.end()}};
}

Team make_team(const TeamConfig& config, const QuotaConfig& common) {
    Team team{.members = {config.members.begin(), config.members.end()},
              .leads = {config.leads.begin(), config.leads.end()},
              .quota = make_quota(config.quota, common)};
    team.members.insert(config.leads.begin(), config.leads.end());
    return team;
}

std::chrono::milliseconds milliseconds_of(double minutes) {
    return std::chrono::milliseconds(std::llround(minutes * 60'000));
}

}  // namespace

std::optional<std::string> first_mistake(const SiteRules& rules, ClockKind clock) {
    if (auto mistake = mistake_in(rules.policy, clock)) return mistake;
    for (const auto& [name, team] : rules.teams) {
        if (auto mistake = mistake_in(name, team)) return mistake;
    }
    for (const std::string& person : rules.operators) {
        if (person.empty()) return "operators names a person with an empty name";
    }
    return std::nullopt;
}

Policy make_policy(const SiteRules& rules, std::chrono::milliseconds stop_time) {
    const PolicyConfig& config = rules.policy;
    Policy policy;
    for (const auto& [name, team] : rules.teams) {
        policy.teams.emplace(name, make_team(team, config.quota));
    }
    policy.operators.insert(rules.operators.begin(), rules.operators.end());
    policy.default_quota = make_quota(config.quota, {});
    const std::array priorities = {&config.priorities.P0, &config.priorities.P1,
                                   &config.priorities.P2, &config.priorities.P3};
    for (std::size_t i = 0; i < priorities.size(); ++i) {
        if (*priorities[i]) policy.priorities[i] = make_permission(**priorities[i]);
    }
    if (config.unpreemptible) policy.unpreemptible = make_permission(*config.unpreemptible);
    policy.notice = milliseconds_of(config.notice_minutes);
    policy.restart_allowance = std::chrono::minutes(config.restart_allowance_minutes);
    policy.offer = std::chrono::minutes(config.offer_minutes);
    policy.check_in = std::chrono::minutes(config.check_in_minutes);
    if (config.idle_minutes) policy.idle = std::chrono::minutes(*config.idle_minutes);
    policy.stop_time = stop_time;
    policy.overrun.share = config.overrun.percent / 100;
    policy.overrun.most = std::chrono::minutes(std::lround(config.overrun.most_hours * 60));
    policy.overrun.successors_may_wait = config.overrun.successors_may_wait;
    policy.reason_required = {config.reason_required.begin(), config.reason_required.end()};
    return policy;
}

}  // namespace berth
