#include "engine/queue.hpp"

#include <algorithm>
#include <cmath>

#include "engine/decide_reserve.hpp"
#include "engine/named_gpus.hpp"
#include "engine/permission.hpp"
#include "engine/pods.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

std::expected<int, Refusal> choose_limit(const SlotGrid& grid, const QueueRequest& request) {
    if (!request.minutes) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "minutes",
                    "say in minutes how long it may run; it is stopped after that"));
    }
    const double minutes = std::ceil(*request.minutes);
    if (!std::isfinite(minutes) || *request.minutes <= 0) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "minutes", "minutes must be more than 0"));
    }
    const auto slot = grid.slot_length().count();
    if (minutes >= static_cast<double>(slot)) {
        return std::unexpected(refusal(RefusalCode::too_long_for_queue, "minutes",
                                       "the queue takes jobs under one slot, " +
                                           std::to_string(slot) +
                                           " minutes here; book a reservation for longer ones"));
    }
    return static_cast<int>(minutes);
}

std::expected<void, Refusal> check_work(const QueueRequest& request) {
    if (request.title) {
        if (auto checked = check_title(*request.title); !checked) return checked;
    }
    if (!request.workload) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "workload",
                    "a queue job needs a workload, what is to run; book a reservation to have "
                    "GPUs to yourself"));
    }
    return check_workload(*request.workload);
}

// What the team may never hold would wait for ever; what it may not hold now waits until it may.
std::expected<void, Refusal> check_ever_allowed(const Policy& policy, const std::string& team,
                                                std::size_t gpus, int minutes) {
    const Quota& quota = quota_of(policy, team);
    const double hours = minutes / 60.0;
    const auto refuse = [&](const std::string& field, const std::string& why) {
        return std::unexpected(refusal(RefusalCode::quota_exceeded, field,
                                       team + " " + why + ", so this job could never start"));
    };
    if (quota.gpus_at_once && static_cast<std::size_t>(std::max(*quota.gpus_at_once, 0)) < gpus) {
        return refuse("gpus", "may hold " + std::to_string(*quota.gpus_at_once) +
                                  " GPUs at one time and this asks for " + std::to_string(gpus));
    }
    if (quota.longest_hours && *quota.longest_hours < hours) {
        return refuse("minutes", "may not hold GPUs for so long at a stretch");
    }
    if (quota.gpu_hours_per_week && *quota.gpu_hours_per_week < hours * static_cast<double>(gpus)) {
        return refuse("minutes", "has fewer GPU-hours in a week than this takes");
    }
    return {};
}

}  // namespace

std::expected<void, Refusal> decide_enqueue(Turn& turn, const Enqueue& command) {
    const QueueRequest& request = command.request;
    if (auto checked = check_work(request); !checked) return checked;
    const auto limit = choose_limit(turn.grid(), request);
    if (!limit) return std::unexpected(limit.error());
    const auto booker = check_booker(turn.policy(), turn.actor(), request.team, request.priority,
                                     request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    const Fleet& fleet = *turn.state().fleet;
    auto asked = keepable(turn.policy(), fleet, request.gpus);
    if (asked) asked = for_its_pods(fleet, *asked, request.workload);
    if (!asked) return std::unexpected(std::move(asked.error()));
    const auto gpus = choose_gpus_for(fleet, *asked, request.workload);
    if (!gpus) return std::unexpected(gpus.error());
    const auto count = static_cast<std::size_t>(gpus->wish.count);
    if (auto allowed = check_ever_allowed(turn.policy(), booker->team, count, *limit); !allowed) {
        return allowed;
    }
    if (booker->priority == Priority::P0) {
        if (auto allowed = check_p0_quota(turn.state(), booker->team, turn.now()); !allowed) {
            return allowed;
        }
    }
    if (auto explained = check_reason_to_book(turn, booker->priority); !explained) {
        return explained;
    }
    ReservationRequest like_a_reservation;
    like_a_reservation.title = request.title;
    like_a_reservation.gpus = std::move(*asked);
    like_a_reservation.workload = request.workload;
    Reservation job =
        make_reservation(turn, like_a_reservation, *booker, {{turn.now(), turn.now()}, {}});
    job.id = turn.state().next_queue_id();
    job.state = ReservationState::queued;
    job.limit_minutes = *limit;
    turn.emit(JobQueued{std::move(job)});
    return {};
}

ReservationId requeue(Turn& turn, const Reservation& victim, const std::string& why) {
    Reservation job;
    job.id = turn.state().next_queue_id();
    job.state = ReservationState::queued;
    job.title = victim.title;
    job.owner = victim.owner;
    job.team = victim.team;
    job.start = job.end = job.booked_end = turn.now();
    job.priority = victim.priority;
    job.preemptible = victim.preemptible;
    job.workload = victim.workload;
    job.created_at = victim.created_at;  // it goes on waiting from where it stood
    job.checkpoint = victim.checkpoint;
    job.asked = victim.asked;
    job.limit_minutes = victim.limit_minutes;
    job.continues = victim.id;
    job.work_of = victim.work_of.value_or(victim.id);
    const ReservationId id = job.id;
    turn.follow(JobQueued{std::move(job)}, why);
    turn.follow(ReservationContinued{victim.id, id}, why);
    return id;
}

}  // namespace berth
