#include "engine/queue.hpp"

#include <cmath>

#include "engine/decide_reserve.hpp"
#include "engine/permission.hpp"
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

}  // namespace

std::expected<void, Refusal> decide_enqueue(Turn& turn, const Enqueue& command) {
    const QueueRequest& request = command.request;
    if (auto checked = check_work(request); !checked) return checked;
    const auto limit = choose_limit(turn.grid(), request);
    if (!limit) return std::unexpected(limit.error());
    const auto booker = check_booker(turn.policy(), turn.actor(), request.team, request.priority,
                                     request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    if (const auto gpus = choose_gpus(*turn.state().fleet, request.gpus); !gpus) {
        return std::unexpected(gpus.error());
    }
    if (booker->priority == Priority::P0) {
        if (auto allowed = check_p0_quota(turn.state(), booker->team, turn.now()); !allowed) {
            return allowed;
        }
    }
    ReservationRequest like_a_reservation;
    like_a_reservation.title = request.title;
    like_a_reservation.gpus = request.gpus;
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
