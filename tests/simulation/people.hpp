// What people, inventories and monitors ask of the engine: mostly sensible, sometimes nonsense, in
// every form a command has.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "simulation/site.hpp"

namespace berth::simulation {

class People {
public:
    People(const Site& site, Random random);

    // The next thing that somebody asks; `live` are the reservations that have not ended.
    Submission ask(const State& state, const std::vector<ReservationId>& live, Instant now);
    // Everything works again: all GPUs are there and healthy.
    static std::vector<Submission> repair(const Site& site, const State& state);

private:
    Command some_command(const State& state, const std::vector<ReservationId>& live, Instant now,
                         std::string& actor);
    Reserve reserve(const State& state, Instant now, const std::string& actor);
    void choose_time(const State& state, Instant now, ReservationRequest& request);
    void choose_rules(ReservationRequest& request);
    void spoil(ReservationRequest& request, Instant now);
    GpuRequest some_gpus();
    Workload some_workload();
    void plan(const State& state, Instant now, Reserve& command);
    Command enqueue();
    Command maintain(Instant now, std::string& actor);
    Command modify(const Reservation& reservation, Instant now);
    Command transfer(const Reservation& reservation);
    Command answer(const State& state, const std::vector<ReservationId>& live, std::string& actor);
    Command check_in(const State& state, const std::vector<ReservationId>& live,
                     std::string& actor);
    Command health(const State& state);
    Command occupants();
    Command inventory();
    Command from_monitor(const Reservation& reservation, Instant now);
    const Reservation* somebodys(const State& state, const std::vector<ReservationId>& live,
                                 const std::function<bool(const Reservation&)>& wanted);
    std::optional<std::uint64_t> revision(const Reservation& reservation);
    void sign(Submission& submission);

    const Site& site_;
    Random random_;
    // P0 requests whose plans were looked at and are committed to later, perhaps too late.
    struct Planned {
        std::string actor;
        Reserve command;
    };
    std::deque<Planned> planned_;
    std::deque<Submission> sent_;  // with a key, to be sent once more
    std::uint64_t keys_ = 0;
};

}  // namespace berth::simulation
