#include "policy/fair_share.hpp"

#include <set>
#include <tuple>

namespace berth {

namespace {

// By age.
using Line = std::map<std::pair<Instant, ReservationId>, const WaitingJob*>;

// One priority's jobs: the team with the least use goes first, the older job where that is equal.
void take_turns(std::map<std::string, Line>& lines, UsedHours& used,
                std::vector<ReservationId>& order) {
    using Turn = std::tuple<double, Instant, ReservationId, std::string>;
    std::set<Turn> turns;
    const auto stand_in_line = [&](const std::string& team, const Line& line) {
        if (line.empty()) return;
        const auto& [since, id] = line.begin()->first;
        turns.emplace(used[team], since, id, team);
    };
    for (const auto& [team, line] : lines) stand_in_line(team, line);
    while (!turns.empty()) {
        const std::string team = std::get<3>(*turns.begin());
        turns.erase(turns.begin());
        Line& line = lines.at(team);
        const WaitingJob& job = *line.begin()->second;
        order.push_back(job.id);
        used[team] += job.gpu_hours;
        line.erase(line.begin());
        stand_in_line(team, line);
    }
}

}  // namespace

std::vector<ReservationId> fair_order(const std::vector<WaitingJob>& jobs, UsedHours used) {
    std::map<Priority, std::map<std::string, Line>> by_priority;
    for (const WaitingJob& job : jobs) {
        by_priority[job.priority][job.team].emplace(std::pair(job.since, job.id), &job);
    }
    std::vector<ReservationId> order;
    order.reserve(jobs.size());
    for (auto& [priority, lines] : by_priority) take_turns(lines, used, order);
    return order;
}

}  // namespace berth
