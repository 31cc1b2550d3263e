// The site in which a scenario plays: its grid, its GPUs and its rules, as the lines before the
// first time say them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"
#include "policy/policy.hpp"
#include "scenarios/line.hpp"

namespace berth::test {

class Site {
public:
    // Each takes its line after the first word.
    void set_grid(Line& line);       // site Asia/Shanghai 2h
    void add_node(Line& line);       // node node1 has 4 A100 of 40 GB [rack=r1 …]
    void set_rule(Line& line);       // policy …
    void set_team(Line& line);       // team …
    void add_operators(Line& line);  // operator olga
    void remove_node(const std::string& name);
    void set_ready(const std::string& node, Health health, const std::string& because = {});

    [[nodiscard]] SlotGrid grid() const;
    [[nodiscard]] const std::vector<GpuSpec>& gpus() const { return gpus_; }
    [[nodiscard]] const Policy& policy() const { return policy_; }

private:
    std::string zone_ = "UTC";
    std::chrono::minutes slot_length_{120};
    std::vector<GpuSpec> gpus_;
    Policy policy_;
};

}  // namespace berth::test
