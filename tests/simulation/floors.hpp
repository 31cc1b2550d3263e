// How often two thousand simulated months must come to each event, rule and refusal, at least.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth::simulation {

const std::vector<std::pair<std::string, std::uint64_t>>& floors();

}  // namespace berth::simulation
