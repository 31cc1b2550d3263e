#include "simulation/site.hpp"

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

// At most 64: the checks keep a slot's busy GPUs in one word.
std::vector<GpuSpec> make_gpus(Random& random) {
    static const std::vector<int> per_node{2, 4, 4, 8};
    const auto nodes = random.between(2, 6);
    const bool alike = random.one_in(2);
    std::vector<GpuSpec> gpus;
    for (std::uint64_t node = 0; node < nodes && gpus.size() < 32; ++node) {
        const bool is_big = alike || random.one_in(2);
        const int devices = random.one_of(per_node);
        Labels labels;
        if (random.one_in(2)) labels["rack"] = random.one_in(2) ? "a" : "b";
        for (int device = 0; device < devices; ++device) {
            gpus.push_back({"node" + std::to_string(node + 1), device, is_big ? "A100" : "L40",
                            is_big ? 80 : 48, labels, Health::healthy});
        }
    }
    return gpus;
}

Quota make_quota(Random& random) {
    Quota quota;
    if (random.one_in(2)) quota.gpu_hours_per_week = static_cast<double>(random.between(200, 2000));
    if (random.one_in(2)) quota.gpus_at_once = static_cast<int>(random.between(3, 16));
    if (random.one_in(2)) quota.horizon_days = static_cast<int>(random.between(3, 14));
    if (random.one_in(2)) quota.longest_hours = static_cast<double>(random.between(8, 60));
    if (random.one_in(2)) quota.p0_per_month = static_cast<int>(random.between(1, 12));
    return quota;
}

void divide_into_teams(Random& random, Site& site, Policy& policy) {
    for (std::size_t i = 0; i < site.people.size(); ++i) {
        Team& team = policy.teams[site.teams[i % site.teams.size()]];
        team.members.insert(site.people[i]);
        if (team.leads.empty()) team.leads.insert(site.people[i]);
    }
    if (random.one_in(2)) policy.operators.insert(site.people.back());
    if (random.one_in(2)) return;
    for (auto& [name, team] : policy.teams) {
        if (random.one_in(2)) team.quota = make_quota(random);
    }
    if (random.one_in(3)) policy.default_quota = make_quota(random);
}

std::shared_ptr<const Policy> make_policy(Random& random, Site& site) {
    static const std::vector<double> shares{0, 0.1, 0.1, 0.25};
    Policy policy;
    if (!random.one_in(3)) divide_into_teams(random, site, policy);
    policy.notice = random.one_in(3) ? std::chrono::minutes(random.between(5, 60)) : 30min;
    policy.restart_allowance = std::chrono::minutes(random.between(0, 60));
    policy.offer = std::chrono::minutes(random.between(1, 60));
    policy.check_in = std::chrono::minutes(random.between(10, 60));
    if (random.one_in(2)) policy.idle = std::chrono::minutes(random.between(30, 180));
    policy.stop_time = std::chrono::seconds(random.between(10, 180));
    policy.overrun.share = random.one_of(shares);
    policy.overrun.most = std::chrono::minutes(random.between(30, 300));
    policy.overrun.successors_may_wait = random.one_in(3);
    return std::make_shared<const Policy>(std::move(policy));
}

SlotGrid make_grid(Random& random) {
    static const std::vector<std::string> zones{"UTC", "Asia/Shanghai", "Europe/Berlin",
                                                "America/New_York"};
    static const std::vector<std::chrono::minutes> slots{120min, 120min, 120min, 60min, 240min};
    return SlotGrid::make(random.one_of(zones), random.one_of(slots)).value();
}

}  // namespace

Site make_site(Random& random) {
    static const std::vector<std::string> opening_days{
        "2026-11-30T09:00:00Z", "2026-10-12T06:30:00Z", "2027-03-08T11:00:00Z"};
    Site site{.gpus = make_gpus(random),
              .grid = make_grid(random),
              .limits = {.horizon_slots = static_cast<std::int32_t>(random.between(90, 200)),
                         .indexed_slots = static_cast<std::int32_t>(random.between(4, 16))},
              .opens = parse_rfc3339(random.one_of(opening_days)).value(),
              .policy = {},
              .people = {},
              .teams = {}};
    const auto teams = random.between(1, 4);
    for (std::uint64_t i = 0; i < teams; ++i) site.teams.push_back("team" + std::to_string(i + 1));
    const auto people = random.between(4, 12);
    for (std::uint64_t i = 0; i < people; ++i) {
        site.people.push_back("user" + std::to_string(i + 1));
    }
    site.policy = make_policy(random, site);
    return site;
}

}  // namespace berth::simulation
