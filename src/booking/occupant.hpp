// Who uses GPUs without a reservation: a pod or a process that Berth did not start.
#pragma once

#include <compare>
#include <string>

#include "json/described.hpp"
#include "time/instant.hpp"

namespace berth {

struct Occupant {
    std::string node;
    std::string name;   // "team-a/notebook-0": what to look for
    std::string owner;  // whose it is, as far as that can be told
    int gpus = 1;       // how many of the node's
    Instant since;

    auto operator<=>(const Occupant&) const = default;
};
BOOST_DESCRIBE_STRUCT(Occupant, (), (node, name, owner, gpus, since))

}  // namespace berth
