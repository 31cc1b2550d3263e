#include "simulation/people.hpp"

#include <algorithm>

#include "engine/look_up.hpp"

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

bool holds_still(const Reservation& reservation) {
    return reservation.state == ReservationState::confirmed;
}

bool is_open_to_answer(const Reservation& reservation) {
    return reservation.state == ReservationState::offered || reservation.transfer.has_value();
}

bool is_interactive(const Reservation& reservation) {
    return !reservation.workload && has_begun(reservation.state);
}

}  // namespace

People::People(const Site& site, Random random) : site_(site), random_(std::move(random)) {}

Submission People::ask(const State& state, const std::vector<ReservationId>& live, Instant now) {
    if (!sent_.empty() && random_.one_in(40)) {
        Submission again = random_.one_of(std::vector(sent_.begin(), sent_.end()));
        if (random_.one_in(4)) again.body_hash += "x";
        return again;
    }
    Submission submission;
    submission.actor = random_.one_of(site_.people);
    submission.command = some_command(state, live, now, submission.actor);
    sign(submission);
    return submission;
}

void People::sign(Submission& submission) {
    if (submission.actor == system_actor) return;
    if (random_.one_in(2)) submission.reason = "reason " + std::to_string(random_.between(1, 99));
    if (!random_.one_in(5)) return;
    submission.idempotency_key = "key" + std::to_string(++keys_);
    submission.body_hash = "hash of " + submission.idempotency_key;
    sent_.push_back(submission);
    if (sent_.size() > 20) sent_.pop_front();
}

const Reservation* People::somebodys(const State& state, const std::vector<ReservationId>& live,
                                     const std::function<bool(const Reservation&)>& wanted) {
    if (live.empty()) return nullptr;
    // A few tries, so that the choice costs the same however many there are.
    const Reservation* found = nullptr;
    for (int tries = 0; tries < 12; ++tries) {
        const Reservation* one = state.find(random_.one_of(live));
        if (one == nullptr) continue;
        found = one;
        if (wanted(*one)) return one;
    }
    return random_.one_in(4) ? found : nullptr;
}

std::optional<std::uint64_t> People::revision(const Reservation& reservation) {
    if (!random_.one_in(4)) return std::nullopt;
    return random_.one_in(6) ? reservation.revision - 1 : reservation.revision;
}

Command People::some_command(const State& state, const std::vector<ReservationId>& live,
                             Instant now, std::string& actor) {
    const auto by_owner = [&](const Reservation& reservation) {
        if (!random_.one_in(12)) actor = reservation.owner;
    };
    const auto about = [&](auto wanted, auto make) -> Command {
        const Reservation* reservation = somebodys(state, live, wanted);
        if (reservation == nullptr) {
            actor = random_.one_of(site_.people);
            return reserve(state, now, actor);
        }
        by_owner(*reservation);
        return make(*reservation);
    };
    const auto anything = [](const Reservation&) { return true; };
    const auto dice = random_.between(1, 1000);
    if (dice <= 420) {
        if (!planned_.empty() && random_.one_in(4)) {
            const Planned planned = std::move(planned_.front());
            planned_.pop_front();
            actor = planned.actor;
            return planned.command;
        }
        return reserve(state, now, actor);
    }
    if (dice <= 540) return enqueue();
    if (dice <= 640) {
        return about(anything,
                     [&](const Reservation& r) { return Command(Cancel{r.id, revision(r)}); });
    }
    if (dice <= 730) {
        return about(holds_still, [&](const Reservation& r) { return modify(r, now); });
    }
    if (dice <= 780) {
        return about([](const Reservation& r) { return has_begun(r.state); },
                     [&](const Reservation& r) { return Command(Release{r.id, revision(r)}); });
    }
    if (dice <= 810) return about(anything, [&](const Reservation& r) { return transfer(r); });
    if (dice <= 850) return answer(state, live, actor);
    if (dice <= 910) {
        return about(is_interactive,
                     [&](const Reservation& r) { return Command(CheckIn{r.id, revision(r)}); });
    }
    if (dice <= 914) return maintain(now, actor);
    actor = system_actor;
    if (dice <= 930) return health(state);
    if (dice <= 933) return inventory();
    if (dice <= 936) return occupants();
    return about([](const Reservation& r) { return has_begun(r.state); },
                 [&](const Reservation& r) {
                     actor = system_actor;
                     return from_monitor(r, now);
                 });
}

Command People::check_in(const State& state, const std::vector<ReservationId>& live,
                         std::string& actor) {
    const Reservation* reservation = somebodys(state, live, is_interactive);
    for (const ReservationId id : state.begun) {
        const Reservation* begun = state.find(id);
        if (is_interactive(*begun) && !begun->checked_in && random_.one_in(2)) reservation = begun;
    }
    if (reservation == nullptr) return CheckIn{.id = {state.last_number + 1}, .if_revision = {}};
    actor = random_.one_in(12) ? actor : reservation->owner;
    return CheckIn{reservation->id, revision(*reservation)};
}

Command People::modify(const Reservation& reservation, Instant now) {
    Modify command{.id = reservation.id, .change = {}, .if_revision = revision(reservation)};
    ReservationChange& change = command.change;
    const Duration slot = site_.grid.slot_length();
    const auto slots = [&](std::uint64_t most) {
        return slot * static_cast<int>(random_.between(1, most));
    };
    switch (random_.between(1, 6)) {
        case 1:
            change.title = "renamed " + std::to_string(random_.between(1, 9));
            break;
        case 2:
            change.end = reservation.end + slots(4);
            break;
        case 3:
            change.end = reservation.end - slots(3);
            break;
        case 4:
            change.start = StartTime{reservation.start + slots(24) - slots(24)};
            break;
        case 5:
            change.gpus = some_gpus();
            break;
        default:
            change.start = StartTime{site_.grid.edge_at_or_after(now) + slots(30)};
            change.hours = static_cast<double>(random_.between(1, 40));
            change.align = random_.one_in(2);
    }
    return command;
}

Command People::transfer(const Reservation& reservation) {
    Transfer command{.id = reservation.id, .to = {}, .if_revision = revision(reservation)};
    if (!random_.one_in(3)) command.to.to_user = random_.one_of(site_.people);
    if (random_.one_in(3)) command.to.to_team = random_.one_of(site_.teams);
    if (random_.one_in(30)) command.to.to_team = "no such team";
    return command;
}

Command People::answer(const State& state, const std::vector<ReservationId>& live,
                       std::string& actor) {
    const Reservation* reservation = nullptr;
    for (const ReservationId id : state.waiting) {
        const Reservation* waiting = state.find(id);
        if (is_open_to_answer(*waiting) && random_.one_in(2)) reservation = waiting;
    }
    if (reservation == nullptr) reservation = somebodys(state, live, is_open_to_answer);
    if (reservation == nullptr) return Accept{.id = {state.last_number + 7}, .if_revision = {}};
    const bool is_transfer = reservation->transfer && reservation->transfer->to_user;
    actor = is_transfer ? *reservation->transfer->to_user : reservation->owner;
    if (random_.one_in(10)) actor = random_.one_of(site_.people);
    if (random_.one_in(3)) return Decline{reservation->id, revision(*reservation)};
    return Accept{reservation->id, revision(*reservation)};
}

Command People::maintain(Instant now, std::string& actor) {
    if (!site_.policy->operators.empty() && !random_.one_in(4)) {
        actor = *site_.policy->operators.begin();
    }
    Maintain command;
    MaintenanceRequest& request = command.request;
    const GpuSpec& gpu = random_.one_of(site_.gpus);
    if (random_.one_in(2)) {
        request.nodes = {gpu.node};
    } else {
        request.gpus = {gpu_id(gpu)};
    }
    if (random_.one_in(20)) request.nodes = {"no-such-node"};
    const Duration slot = site_.grid.slot_length();
    if (!random_.one_in(3)) {
        request.start = StartTime{site_.grid.edge_at_or_after(now) +
                                  slot * static_cast<int>(random_.between(1, 36))};
    }
    request.hours = static_cast<double>(slot.count()) / 3'600'000.0 *
                    static_cast<double>(random_.between(1, 6));
    request.align = random_.one_in(2);
    request.displace = random_.one_in(2);
    return command;
}

Command People::health(const State& state) {
    ReportHealth command;
    std::vector<std::string> down;
    for (const Gpu& gpu : state.fleet->gpus()) {
        if (gpu.spec.health == Health::down) down.push_back(gpu.id);
    }
    // Most are mended soon.
    if (!down.empty() && !random_.one_in(3)) {
        command.gpus = random_.one_in(2) ? down : std::vector{random_.one_of(down)};
        command.health = Health::healthy;
        return command;
    }
    const GpuSpec& gpu = random_.one_of(site_.gpus);
    command.gpus = {gpu_id(gpu)};
    if (random_.one_in(4)) {  // its whole node
        command.gpus.clear();
        for (const GpuSpec& other : site_.gpus) {
            if (other.node == gpu.node) command.gpus.push_back(gpu_id(other));
        }
    }
    if (random_.one_in(20)) command.gpus = {"node99/0"};
    return command;
}

// Some sit where they should not; most leave again.
Command People::occupants() {
    ReportOccupants command;
    const auto count = random_.between(0, 2);
    for (std::uint64_t i = 0; i < count; ++i) {
        command.occupants.push_back({.node = random_.one_of(site_.gpus).node,
                                     .name = "team/pod-" + std::to_string(random_.between(1, 3)),
                                     .owner = random_.one_of(site_.people),
                                     .gpus = 1,
                                     .since = site_.opens});
    }
    return command;
}

// Now and then a node is missing from the inventory or is not ready, and is well the next time.
Command People::inventory() {
    DeclareFleet command{site_.gpus};
    if (random_.one_in(2)) return command;
    const std::string node = random_.one_of(site_.gpus).node;
    if (random_.one_in(2)) {
        for (GpuSpec& gpu : command.gpus) {
            if (gpu.node == node) gpu.health = Health::unready;
        }
        return command;
    }
    std::erase_if(command.gpus, [&](const GpuSpec& gpu) { return gpu.node == node; });
    return command;
}

Command People::from_monitor(const Reservation& reservation, Instant now) {
    switch (random_.between(1, 6)) {
        case 1:
            return ReportPreflight{reservation.id, {{"data", random_.one_in(2), "looked"}}};
        case 2:
        case 3:
            return ReportUse{reservation.id, now - std::chrono::minutes(random_.between(0, 90))};
        default:
            return ReportUse{reservation.id, std::nullopt};
    }
}

std::vector<Submission> People::repair(const Site& site, const State& state) {
    ReportHealth mended{{}, Health::healthy};
    for (const Gpu& gpu : state.fleet->gpus()) mended.gpus.push_back(gpu.id);
    std::vector<Submission> repair(2);
    for (Submission& submission : repair) submission.actor = system_actor;
    repair[0].command = DeclareFleet{site.gpus};
    repair[1].command = mended;
    return repair;
}

}  // namespace berth::simulation
