#include "follow/launch_follower.hpp"

#include <boost/describe.hpp>
#include <chrono>
#include <map>

#include "booking/notice.hpp"

namespace berth {

namespace {

const std::string system_actor = "berth";

// No event will wake the follower when the disk has room again.
constexpr std::chrono::seconds pause_on_full_disk{2};

Submission from_launcher(Command command) {
    return {.actor = system_actor,
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

// One that has notice may use its GPUs to the deadline, but it would be of no use to begin only to
// leave.
bool must_stop_now(const Reservation& reservation, const AttemptStatus& status) {
    if (reservation.state != ReservationState::releasing) return false;
    return status.phase == AttemptStatus::Phase::waiting || !may_stay_until_end(reservation);
}

// Until when its job may run. An eviction whose notice is still to come does not count yet: were
// berthd down at that time, the job would be stopped without having been told.
Instant end_to_tell(const Reservation& reservation) {
    const bool is_told = !reservation.eviction || reservation.state == ReservationState::releasing;
    return is_told ? reservation.end : std::max(reservation.end, reservation.booked_end);
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
    if (told_all_) return std::nullopt;
    return clock_.now() + pause_on_full_disk;
}

void LaunchFollower::bring_in_step(const Reservation& reservation, const AttemptStatus* status) {
    using Phase = AttemptStatus::Phase;
    const AttemptId id{reservation.id, reservation.attempt};
    if (status == nullptr) {
        if (reservation.state == ReservationState::starting) {
            return launcher_.start(order_for(reservation));
        }
        // A job that was seen running and is unknown now must never be started a second time.
        if (launcher_.knows_all()) report_lost(id);
        return;
    }
    if (status->phase == Phase::unknown) return;
    if (status->phase == Phase::ended) return report_end(id, *status);
    if (must_stop_now(reservation, *status)) return launcher_.stop(id);
    launcher_.set_end(id, end_to_tell(reservation));
    show_notice(id, reservation);
    if (status->phase == Phase::running && reservation.state == ReservationState::starting) {
        tell_engine(AttemptStarted{id.reservation, id.number});
    }
}

void LaunchFollower::show_notice(const AttemptId& id, const Reservation& reservation) {
    if (!reservation.notice) return launcher_.withdraw_notice(id);
    const Notice& notice = *reservation.notice;
    const auto words = notice_words(reservation, notice, notice.deadline - clock_.now());
    launcher_.notify(id, boost::describe::enum_to_string(notice.kind, ""), notice.deadline,
                     words.both());
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
    order.work_of = reservation.work_of;
    order.workload = *reservation.workload;
    order.owner = reservation.owner;
    order.team = reservation.team;
    order.priority = reservation.priority;
    order.title = reservation.title;
    order.gpus = reservation.gpus;
    order.ends_at = end_to_tell(reservation);
    order.token = tokens_.issue(order.id);
    engine_.read([&](const View& view) {
        for (const GpuIndex gpu : view.gpus_of(reservation)) {
            const GpuSpec& spec = view.fleet->gpu(gpu).spec;
            order.devices.push_back(spec.device);
            order.nodes.push_back(spec.node);
        }
    });
    return order;
}

}  // namespace berth
