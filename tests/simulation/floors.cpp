#include "simulation/floors.hpp"

namespace berth::simulation {

const std::vector<std::pair<std::string, std::uint64_t>>& floors() {
    static const std::vector<std::pair<std::string, std::uint64_t>> floors{
        {"rule ends completed", 100'000},
    };
    return floors;
}

}  // namespace berth::simulation
