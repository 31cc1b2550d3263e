// How often each thing was reached: a rule that no seed comes to is not proved by any.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace berth::simulation {

struct Counts {
    std::map<std::string, std::uint64_t, std::less<>> reached;
    std::uint64_t commands = 0;  // of people, launchers and inventories; ticks are not counted
    std::uint64_t events = 0;    // journal rows
    std::uint64_t commits = 0;

    void reach(std::string_view what) {
        if (const auto found = reached.find(what); found != reached.end()) {
            ++found->second;
        } else {
            reached.emplace(what, 1);
        }
    }
    Counts& operator+=(const Counts& other);
    // One line each, by name: "event reservation_confirmed  12".
    [[nodiscard]] std::string table() const;
};

}  // namespace berth::simulation
