#include "follow/launch_follower.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace berth {

namespace {

const std::string system_actor = "berth";

// How long before its end a running job is told of it, so that it can save and leave by itself.
constexpr std::chrono::minutes end_warning{30};

// No event will wake the follower when the disk has room again.
constexpr std::chrono::seconds pause_on_full_disk{2};

const std::string end_message =
    "Your reserved time ends soon; please save a checkpoint. "
    "您预订的时间即将结束,请做好保存 checkpoint 的准备。";

Submission from_launcher(Command command) {
    return {.actor = system_actor,
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

}  // namespace

LaunchFollower::LaunchFollower(Engine& engine, LauncherPort& launcher, const JobTokenPort& tokens,
                               ClockPort& clock, std::function<void(const std::string&)> report)
    : engine_(engine),
      launcher_(launcher),
      tokens_(tokens),
      clock_(clock),
      worker_(
          clock, [this] { return reconcile(); }, std::move(report)),
      subscription_(engine.subscribe([this](const auto&) { worker_.wake(); })) {
    worker_.wake();  // for what was committed before the subscription
}

LaunchFollower::~LaunchFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> LaunchFollower::reconcile() {
    std::vector<std::shared_ptr<const Reservation>> begun;
    engine_.read([&](const View& view) {
        for (const ReservationId id : view.begun) {
            if (view.find(id)->workload) begun.push_back(view.share(id));
        }
    });
    if (begun.empty()) return std::nullopt;
    std::map<AttemptId, AttemptStatus> known;
    for (AttemptStatus& status : launcher_.attempts()) known.emplace(status.id, std::move(status));
    told_all_ = true;
    for (const auto& reservation : begun) {
        const auto found = known.find({reservation->id, reservation->attempt});
        bring_in_step(*reservation, found == known.end() ? nullptr : &found->second);
    }
    const auto next = warn_of_ends(begun);
    if (told_all_) return next;
    const Instant again = clock_.now() + pause_on_full_disk;
    return std::min(next.value_or(again), again);
}

std::optional<Instant> LaunchFollower::warn_of_ends(
    const std::vector<std::shared_ptr<const Reservation>>& begun) {
    std::optional<Instant> next;
    for (const auto& reservation : begun) {
        if (reservation->state != ReservationState::running) continue;
        const Instant warning = reservation->end - end_warning;
        if (clock_.now() >= warning) {
            launcher_.notify({reservation->id, reservation->attempt}, "end", reservation->end,
                             end_message);
        } else {
            next = std::min(next.value_or(warning), warning);
        }
    }
    return next;
}

void LaunchFollower::bring_in_step(const Reservation& reservation, const AttemptStatus* status) {
    using Phase = AttemptStatus::Phase;
    const AttemptId id{reservation.id, reservation.attempt};
    if (reservation.state == ReservationState::releasing) return stop_and_report(id, status);
    if (status == nullptr) {
        // A job that was seen running and is unknown now must never be started a second time.
        if (reservation.state == ReservationState::running) return report_lost(id);
        return launcher_.start(order_for(reservation));
    }
    if (status->phase == Phase::ended) return report_end(id, *status);
    launcher_.set_end(id, reservation.end);
    if (status->phase == Phase::running && reservation.state == ReservationState::starting) {
        tell_engine(AttemptStarted{id.reservation, id.number});
    }
}

void LaunchFollower::stop_and_report(const AttemptId& id, const AttemptStatus* status) {
    if (status == nullptr) return report_lost(id);
    if (status->phase == AttemptStatus::Phase::ended) return report_end(id, *status);
    launcher_.stop(id);
}

void LaunchFollower::report_end(const AttemptId& id, const AttemptStatus& status) {
    tell_engine(AttemptEnded{id.reservation, id.number, status.exit_code,
                             status.ended_at.value_or(clock_.now()), status.detail});
}

void LaunchFollower::report_lost(const AttemptId& id) {
    tell_engine(AttemptEnded{id.reservation, id.number, std::nullopt, clock_.now(),
                             "the launcher knows no such job"});
}

void LaunchFollower::tell_engine(Command command) {
    // Other refusals are fine: "already ended" means that the report had come through before.
    const Answer answer = engine_.ask(from_launcher(std::move(command)));
    if (!answer && answer.error().code == RefusalCode::journal_full) told_all_ = false;
}

AttemptOrder LaunchFollower::order_for(const Reservation& reservation) const {
    AttemptOrder order;
    order.id = {reservation.id, reservation.attempt};
    order.workload = *reservation.workload;
    order.owner = reservation.owner;
    order.title = reservation.title;
    order.gpus = reservation.gpus;
    order.ends_at = reservation.end;
    order.token = tokens_.issue(order.id);
    engine_.read([&](const View& view) {
        for (const GpuIndex gpu : view.gpus_of(reservation)) {
            order.devices.push_back(view.fleet->gpu(gpu).spec.device);
        }
    });
    return order;
}

}  // namespace berth
