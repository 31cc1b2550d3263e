#include "api/site_view.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/site_person.hpp"
#include "json/schema.hpp"
#include "policy/team_use.hpp"

namespace berth {

// What is not limited is left out.
struct SiteQuota {
    static constexpr std::array<std::string_view, 5> left_out{
        "gpu_hours_per_week", "gpus_at_once", "horizon_days", "longest_hours", "p0_per_month"};
    std::optional<double> gpu_hours_per_week;
    std::optional<int> gpus_at_once;
    std::optional<int> horizon_days;
    std::optional<double> longest_hours;
    std::optional<int> p0_per_month;
};
BOOST_DESCRIBE_STRUCT(SiteQuota, (),
                      (gpu_hours_per_week, gpus_at_once, horizon_days, longest_hours, p0_per_month))

struct SiteTeamUse {
    double gpu_hours_per_week = 0;  // used and booked: the most in any seven days around now
    int gpus_at_once = 0;           // held now
};
BOOST_DESCRIBE_STRUCT(SiteTeamUse, (), (gpu_hours_per_week, gpus_at_once))

struct SiteTeam {
    std::string name;
    SiteQuota quota;
    SiteTeamUse used;
};
BOOST_DESCRIBE_STRUCT(SiteTeam, (), (name, quota, used))

struct SitePolicy {
    std::vector<ReasonFor> reason_required;
    double notice_minutes = 0;
    std::int64_t offer_minutes = 0;
    std::int64_t check_in_minutes = 0;
    std::optional<std::int64_t> idle_minutes;
    double overrun_share = 0;
    std::int64_t overrun_most_minutes = 0;
};
BOOST_DESCRIBE_STRUCT(SitePolicy, (),
                      (reason_required, notice_minutes, offer_minutes, check_in_minutes,
                       idle_minutes, overrun_share, overrun_most_minutes))

struct SiteAnswer {
    std::string zone;
    std::int64_t slot_minutes = 0;
    Instant now;
    bool simulated_clock = false;
    bool simulated_gpus = false;
    RunsOn runs_on = RunsOn::processes;
    std::optional<std::string> image;  // of jobs that name none, in containers
    std::string version;
    bool open = false;
    boost::json::value you;
    std::vector<SiteTeam> teams;
    SitePolicy rules;
};
BOOST_DESCRIBE_STRUCT(SiteAnswer, (),
                      (zone, slot_minutes, now, simulated_clock, simulated_gpus, runs_on, image,
                       version, open, you, teams, rules))

namespace {

constexpr std::chrono::days week{7};

struct Facts {
    std::string zone;
    std::int64_t slot_minutes = 0;
    std::vector<std::shared_ptr<const Reservation>> reservations;
};

// Only what is shared is collected under the lock.
Facts take_facts(const ApiContext& context) {
    Facts facts;
    context.engine.read([&](const View& view) {
        facts.zone = view.grid.zone_name();
        facts.slot_minutes = view.grid.slot_length().count();
        facts.reservations.reserve(view.reservations.size());
        for (const auto& [id, reservation] : view.reservations) {
            facts.reservations.push_back(reservation);
        }
    });
    return facts;
}

SiteQuota limits_of(const Quota& quota) {
    return {quota.gpu_hours_per_week, quota.gpus_at_once, quota.horizon_days, quota.longest_hours,
            quota.p0_per_month};
}

// Without configured teams a name that somebody books for is one.
std::vector<SiteTeam> teams_of(const Policy& policy, const Facts& facts, Instant now) {
    const Span near{now - week, now + week};
    std::map<std::string, TeamUse> uses;
    for (const auto& [name, team] : policy.teams) uses[name];
    for (const auto& reservation : facts.reservations) {
        if (!policy.teams.empty() && !policy.teams.contains(reservation->team)) continue;
        TeamUse& use = uses[reservation->team];
        const Span held = use_of(*reservation);
        if (held.overlaps(near)) use.add(held, static_cast<int>(reservation->gpus.size()));
    }
    const Span moment{now, now + Duration(1)};
    std::vector<SiteTeam> teams;
    for (const auto& [name, use] : uses) {
        teams.push_back({name,
                         limits_of(quota_of(policy, name)),
                         {use.busiest(moment, week).gpu_hours, use.most_at_once(moment)}});
    }
    return teams;
}

template <class Length>
std::int64_t minutes_of(Length length) {
    return std::chrono::duration_cast<std::chrono::minutes>(length).count();
}

SitePolicy rules_of(const Policy& policy) {
    SitePolicy rules;
    rules.reason_required = {policy.reason_required.begin(), policy.reason_required.end()};
    rules.notice_minutes = std::chrono::duration<double, std::ratio<60>>(policy.notice).count();
    rules.offer_minutes = minutes_of(policy.offer);
    rules.check_in_minutes = minutes_of(policy.check_in);
    if (policy.idle) rules.idle_minutes = minutes_of(*policy.idle);
    rules.overrun_share = policy.overrun.share;
    rules.overrun_most_minutes = minutes_of(policy.overrun.most);
    return rules;
}

}  // namespace

Response site_response(const ApiContext& context, const std::string& person) {
    const std::shared_ptr<const Policy> policy = context.engine.policy();
    SiteAnswer answer;
    answer.now = context.clock.now();
    Facts facts = take_facts(context);
    answer.zone = std::move(facts.zone);
    answer.slot_minutes = facts.slot_minutes;
    answer.simulated_clock = context.clock.is_virtual();
    answer.simulated_gpus = context.gpus == GpuSource::simulated;
    answer.runs_on = context.jobs.runs_on;
    answer.image = context.jobs.image;
    answer.version = BERTH_VERSION;
    answer.open = policy->is_open();
    if (!person.empty()) answer.you = site_person(*policy, person);
    answer.teams = teams_of(*policy, facts, answer.now);
    answer.rules = rules_of(*policy);
    return json_response(200, boost::json::serialize(json::print(answer)));
}

boost::json::value site_schema(json::SchemaBook& book) {
    return book.named("Site", [&] {
        auto schema = json::detail::struct_schema<SiteAnswer, json::detail::Direction::out>(book);
        schema["properties"].as_object()["you"] = json::nullable(site_person_schema(book));
        return schema;
    });
}

}  // namespace berth
