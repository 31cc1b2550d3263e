#include "scenarios/site.hpp"

#include <algorithm>

namespace berth::test {

namespace {

using std::runtime_error;

std::chrono::minutes take_minutes(Line& line) {
    return std::chrono::duration_cast<std::chrono::minutes>(take_length(line));
}

// "leads,operators,bob": roles, and people by name.
Permission take_permission(Line& line) {
    Permission permission;
    for (const auto& word : split_list(line.take())) {
        if (word == "members") {
            permission.roles.insert(Role::member);
        } else if (word == "leads") {
            permission.roles.insert(Role::lead);
        } else if (word == "operators") {
            permission.roles.insert(Role::operator_);
        } else if (word != "nobody") {
            permission.people.insert(word);
        }
    }
    return permission;
}

double to_hours(const std::string& word) {
    Line line(word);
    return take_hours(line);
}

// "200 GPU-hours a week", "8 GPUs at once", "2 P0 a month", "14 days ahead", "48h at most"
void take_limit(Line& line, Quota& quota) {
    const std::string amount = line.take();
    if (line.take_if({"GPU-hours", "a", "week"})) {
        quota.gpu_hours_per_week = to_number(amount);
    } else if (line.take_if({"GPUs", "at", "once"})) {
        quota.gpus_at_once = to_number(amount);
    } else if (line.take_if({"P0", "a", "month"})) {
        quota.p0_per_month = to_number(amount);
    } else if (line.take_if({"days", "ahead"})) {
        quota.horizon_days = to_number(amount);
    } else if (line.take_if({"at", "most"})) {
        quota.longest_hours = to_hours(amount);
    } else {
        throw runtime_error("there is no limit \"" + amount + " " + line.peek() + "\"");
    }
}

}  // namespace

void Site::set_grid(Line& line) {
    zone_ = line.take();
    slot_length_ = take_minutes(line);
}

SlotGrid Site::grid() const {
    auto grid = SlotGrid::make(zone_, slot_length_);
    if (!grid) throw runtime_error(grid.error());
    return *grid;
}

void Site::add_node(Line& line) {
    GpuSpec spec;
    spec.node = line.take();
    line.take_expected({"has"});
    const int count = to_number(line.take());
    spec.model = line.take();
    if (line.take_if("of")) {
        spec.memory_gb = to_number(line.take());
        line.take_expected({"GB"});
    }
    while (!line.at_end()) {
        const std::string label = line.take();
        const auto equals = label.find('=');
        if (equals == std::string::npos) throw runtime_error("a label looks like rack=r1");
        spec.labels[label.substr(0, equals)] = label.substr(equals + 1);
    }
    for (spec.device = 0; spec.device < count; ++spec.device) gpus_.push_back(spec);
}

void Site::remove_node(const std::string& name) {
    std::erase_if(gpus_, [&](const GpuSpec& gpu) { return gpu.node == name; });
}

void Site::set_ready(const std::string& node, Health health, const std::string& because) {
    for (GpuSpec& gpu : gpus_) {
        if (gpu.node != node) continue;
        gpu.health = health;
        gpu.unready_because = because;
    }
}

// policy notice 30m | offer 15m | check-in 30m | idle 60m | restart 30m | stop 60s
// policy overrun 10% most 5h | policy successors may wait
// policy P1 for members,bob | policy not preemptible for leads,operators
// policy reason for cancel,move
// policy everyone may use 8 GPUs at once
void Site::set_rule(Line& line) {
    if (line.take_if("notice")) {
        policy_.notice = take_length(line);
    } else if (line.take_if("offer")) {
        policy_.offer = take_minutes(line);
    } else if (line.take_if("check-in")) {
        policy_.check_in = take_minutes(line);
    } else if (line.take_if("idle")) {
        policy_.idle = take_minutes(line);
    } else if (line.take_if("restart")) {
        policy_.restart_allowance = take_minutes(line);
    } else if (line.take_if("stop")) {
        policy_.stop_time = take_length(line);
    } else if (line.take_if("overrun")) {
        const std::string share = line.take();
        if (!share.ends_with('%')) throw runtime_error("a share looks like 10%, not " + share);
        policy_.overrun.share = to_number(share.substr(0, share.size() - 1)) / 100.0;
        if (line.take_if("most")) policy_.overrun.most = take_minutes(line);
    } else if (line.take_if({"successors", "may", "wait"})) {
        policy_.overrun.successors_may_wait = true;
    } else if (line.take_if({"not", "preemptible", "for"})) {
        policy_.unpreemptible = take_permission(line);
    } else if (line.take_if({"reason", "for"})) {
        for (const auto& what : split_list(line.take())) {
            policy_.reason_required.insert(to_enum<ReasonFor>(what));
        }
    } else if (line.take_if({"named", "GPUs", "as", "whole", "nodes"})) {
        policy_.named_gpus = NamedGpus::whole_nodes;
    } else if (line.take_if({"everyone", "may", "use"})) {
        take_limit(line, policy_.default_quota);
    } else {
        const auto priority = to_enum<Priority>(line.take());
        line.take_expected({"for"});
        policy_.priorities[static_cast<std::size_t>(priority)] = take_permission(line);
    }
}

// team vision has alice,bob [led by carol] | team vision may use 8 GPUs at once
void Site::set_team(Line& line) {
    Team& team = policy_.teams[line.take()];
    if (line.take_if({"may", "use"})) return take_limit(line, team.quota);
    line.take_expected({"has"});
    for (const auto& person : split_list(line.take())) team.members.insert(person);
    if (!line.take_if({"led", "by"})) return;
    for (const auto& person : split_list(line.take())) {
        team.members.insert(person);
        team.leads.insert(person);
    }
}

void Site::add_operators(Line& line) {
    for (const auto& person : split_list(line.take())) policy_.operators.insert(person);
}

}  // namespace berth::test
