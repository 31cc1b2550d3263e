// The requests that people make: for GPUs, for a time, with a priority, and what is wrong with
// some.
#include <algorithm>

#include "engine/eviction.hpp"
#include "engine/wish.hpp"
#include "simulation/people.hpp"

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

double hours_of(Duration duration) {
    return static_cast<double>(duration.count()) / 3'600'000.0;
}

}  // namespace

GpuRequest People::some_gpus() {
    static const std::vector<std::string> spreads{"same_node", "any", "any", "same:rack"};
    GpuRequest gpus;
    if (random_.one_in(6)) {
        const auto first = random_.between(0, site_.gpus.size() - 1);
        const auto last =
            std::min<std::uint64_t>(first + random_.between(0, 2), site_.gpus.size() - 1);
        for (auto i = first; i <= last; ++i) gpus.ids.push_back(gpu_id(site_.gpus[i]));
        return gpus;
    }
    if (!random_.one_in(4)) gpus.count = static_cast<int>(random_.between(1, 4));
    if (random_.one_in(20)) gpus.count = static_cast<int>(random_.between(5, 12));
    if (random_.one_in(3)) gpus.model = random_.one_of(site_.gpus).model;
    if (random_.one_in(8)) gpus.min_memory_gb = random_.one_in(2) ? 40 : 80;
    if (random_.one_in(12)) gpus.labels["rack"] = random_.one_in(2) ? "a" : "b";
    if (random_.one_in(2)) gpus.spread = random_.one_of(spreads);
    if (random_.one_in(12)) {
        gpus.per_node = 2;
        gpus.count = static_cast<int>(random_.one_in(20) ? 3 : 2 * random_.between(1, 3));
    }
    return gpus;
}

Workload People::some_workload() {
    Workload workload;
    if (random_.one_in(2)) {
        workload.argv = {"train", "--quick"};
        return workload;
    }
    workload.kind = WorkloadKind::yolo;
    workload.model = "yolov8l.pt";
    workload.data = "coco.yaml";
    workload.epochs = static_cast<int>(random_.between(1, 300));
    return workload;
}

void People::choose_time(const State& state, Instant now, ReservationRequest& request) {
    const SlotGrid& grid = state.grid;
    const auto slots = static_cast<std::int32_t>(random_.between(1, random_.one_in(4) ? 24 : 8));
    if (random_.one_in(5)) {
        request.start = StartTime{};
        request.hours = hours_of(grid.slot_length()) * slots;
        request.align = random_.one_in(2);
        return;
    }
    const auto ahead = static_cast<std::int32_t>(random_.between(1, random_.one_in(3) ? 80 : 24));
    const Slot first = grid.slot_at(now) + ahead;
    request.start = StartTime{grid.start_of(first)};
    // By the clock, so that days on which it changes are met as people meet them.
    request.end = grid.start_of(first + slots);
    if (random_.one_in(2)) {
        request.hours = hours_of(*request.end - *request.start->at);
        request.end.reset();
    }
}

void People::choose_rules(ReservationRequest& request) {
    static const std::vector<Priority> priorities{Priority::P0, Priority::P1, Priority::P1,
                                                  Priority::P2, Priority::P2, Priority::P2,
                                                  Priority::P3, Priority::P3, Priority::P3};
    if (!random_.one_in(4)) request.priority = random_.one_of(priorities);
    if (random_.one_in(6)) request.preemptible = random_.one_in(2);
    if (!random_.one_in(4)) request.workload = some_workload();
    if (random_.one_in(6)) request.team = random_.one_of(site_.teams);
    switch (random_.between(1, 8)) {
        case 1:
        case 2:
            request.on_conflict = OnConflict::nearest;
            break;
        case 3:
        case 4:
        case 5: {
            request.on_conflict = OnConflict::wait;
            if (random_.one_in(6) || !request.start->at) break;
            request.wait.emplace();
            request.wait->mode = random_.one_in(2) ? WaitMode::auto_ : WaitMode::offer;
            request.wait->latest_start =
                *request.start->at +
                site_.grid.slot_length() * static_cast<int>(random_.between(0, 36));
            break;
        }
        default:
            break;
    }
    if (request.priority == Priority::P0) request.on_conflict = OnConflict::evict;
}

void People::spoil(ReservationRequest& request, Instant now) {
    switch (random_.between(1, 12)) {
        case 1:
            request.gpus.ids = {"node99/7"};
            break;
        case 2:
            request.gpus = {.count = 999,
                            .model = {},
                            .min_memory_gb = {},
                            .labels = {},
                            .spread = {},
                            .ids = {},
                            .per_node = {}};
            break;
        case 3:
            request.gpus.count = static_cast<int>(random_.between(0, 1)) - 1;
            break;
        case 4:
            request.start = StartTime{now + std::chrono::minutes(random_.between(1, 9999))};
            break;
        case 5:
            request.start = StartTime{now - std::chrono::hours(random_.between(3, 99))};
            break;
        case 6:
            request.hours = 24.0 * 900;
            request.end.reset();
            break;
        case 7:
            request.hours = -1;
            break;
        case 8:
            request.hours.reset();
            request.end.reset();
            break;
        case 9:
            request.title = std::string(300, 'x');
            break;
        case 10:
            request.workload.emplace();
            break;
        case 11:
            request.on_conflict = OnConflict::evict;
            break;
        default:
            request.wait = WaitRequest{now - 1h, WaitMode::offer};
            request.on_conflict = OnConflict::wait;
    }
}

Reserve People::reserve(const State& state, Instant now, const std::string& actor) {
    Reserve command;
    ReservationRequest& request = command.request;
    request.gpus = some_gpus();
    choose_time(state, now, request);
    choose_rules(request);
    if (random_.one_in(12)) spoil(request, now);
    if (request.priority != Priority::P0) return command;
    plan(state, now, command);
    if (command.eviction && random_.one_in(3)) {
        planned_.push_back({actor, command});
        return reserve(state, now, actor);
    }
    return command;
}

// As the API does for POST /plan: the plan is made, and later committed to, word for word.
void People::plan(const State& state, Instant now, Reserve& command) {
    const auto wish = make_exact(state, command.request, now);
    if (!wish || try_place(state.calendar, wish->gpus, wish->span) || random_.one_in(8)) return;
    auto made = plan_eviction(state, command.request, *wish, now);
    if (made) command.eviction = std::move(*made);
}

Command People::enqueue() {
    Enqueue command;
    QueueRequest& request = command.request;
    request.gpus = some_gpus();
    const auto slot = std::chrono::duration_cast<std::chrono::minutes>(site_.grid.slot_length());
    request.minutes = static_cast<double>(
        random_.between(1, static_cast<std::uint64_t>(slot.count()) + slot.count() / 12));
    if (!random_.one_in(30)) request.workload = some_workload();
    if (random_.one_in(2)) request.priority = static_cast<Priority>(random_.between(1, 3));
    if (random_.one_in(40)) request.priority = Priority::P0;
    if (random_.one_in(10)) request.preemptible = random_.one_in(2);
    if (random_.one_in(40)) request.minutes = -5;
    return command;
}

}  // namespace berth::simulation
