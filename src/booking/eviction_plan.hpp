// Whom a P0 would disturb, decided before anybody is: its author sees this plan and commits to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/reservation.hpp"
#include "json/described.hpp"

namespace berth {

// One reservation that would lose its GPUs, as it stood when the plan was made.
struct Victim {
    ReservationId id;
    std::string owner;
    std::string team;
    std::vector<std::string> gpus;
    Instant start;
    Instant end;
    Priority priority = Priority::P3;
    bool running = false;               // it gets notice; otherwise it is only booked anew
    double gpu_hours_lost = 0;          // since its last checkpoint, or since its start
    double rebooking_hours = 0;         // how much later its work would be done
    std::optional<Instant> again_from;  // where it would be booked again; absent: nowhere yet
    std::optional<Instant> again_to;
    std::vector<std::string> again_gpus;  // there, once the plan was rehearsed

    bool operator==(const Victim&) const = default;
};
BOOST_DESCRIBE_STRUCT(Victim, (),
                      (id, owner, team, gpus, start, end, priority, running, gpu_hours_lost,
                       rebooking_hours, again_from, again_to, again_gpus))

struct EvictionPlan {
    std::vector<std::string> gpus;  // that the P0 gets, in inventory order
    Instant start;                  // for "now": when the notice has run out
    Instant end;
    std::vector<Victim> victims;
    double harm_gpu_hours = 0;
    Instant made_at;

    bool operator==(const EvictionPlan&) const = default;
};
BOOST_DESCRIBE_STRUCT(EvictionPlan, (), (gpus, start, end, victims, harm_gpu_hours, made_at))

}  // namespace berth
