#include "simulation/counts.hpp"

#include <algorithm>

namespace berth::simulation {

Counts& Counts::operator+=(const Counts& other) {
    for (const auto& [what, times] : other.reached) reached[what] += times;
    commands += other.commands;
    events += other.events;
    commits += other.commits;
    return *this;
}

std::string Counts::table() const {
    std::size_t width = 0;
    for (const auto& [what, times] : reached) width = std::max(width, what.size());
    std::string table;
    for (const auto& [what, times] : reached) {
        table +=
            "  " + what + std::string(width + 2 - what.size(), ' ') + std::to_string(times) + "\n";
    }
    return table;
}

}  // namespace berth::simulation
