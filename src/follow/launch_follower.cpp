#include "follow/launch_follower.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <chrono>

#include "booking/notice.hpp"

namespace berth {

namespace {

const std::string system_actor = "berth";

// No event will wake the follower when the disk has room again.
constexpr std::chrono::seconds pause_on_full_disk{2};
// What an attempt waits for may change back and forth; its owner need not read each change.
constexpr std::chrono::seconds between_words{30};

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
      ahead_(launcher.prepares_ahead()),
      worker_(
          clock, [this] { return reconcile(); }, std::move(report)),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          note(rows);
          worker_.wake();
      })) {
    worker_.wake();  // for what was committed before the subscription
}

LaunchFollower::~LaunchFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> LaunchFollower::reconcile() {
    next_.reset();
    std::vector<std::shared_ptr<const Reservation>> begun;
    engine_.read([&](const View& view) {
        for (const ReservationId id : view.begun) {
            if (view.find(id)->workload) begun.push_back(view.share(id));
        }
    });
    std::map<AttemptId, Told> told;
    if (!begun.empty()) {
        // Asked first: by the time it has answered it may have come upon more.
        const bool knows_all = launcher_.knows_all();
        std::map<AttemptId, AttemptStatus> known;
        for (AttemptStatus& status : launcher_.attempts()) {
            known.emplace(status.id, std::move(status));
        }
        for (const auto& reservation : begun) {
            const AttemptId id{reservation->id, reservation->attempt};
            const auto found = known.find(id);
            bring_in_step(*reservation, found == known.end() ? nullptr : &found->second, knows_all);
            if (auto kept = told_.extract(id)) told.insert(std::move(kept));
        }
    }
    told_ = std::move(told);  // forgets what has ended
    if (ahead_ > Duration::zero()) prepare_what_is_near();
    return next_;
}

void LaunchFollower::come_back_at(Instant when) {
    next_ = std::min(next_.value_or(when), when);
}

void LaunchFollower::bring_in_step(const Reservation& reservation, const AttemptStatus* status,
                                   bool knows_all) {
    using Phase = AttemptStatus::Phase;
    const AttemptId id{reservation.id, reservation.attempt};
    if (status == nullptr) {
        if (reservation.state == ReservationState::starting) {
            return launcher_.start(order_for(reservation, reservation.attempt));
        }
        // A job that was seen running and is unknown now must never be started a second time.
        if (knows_all) report_lost(id);
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
    if (status->phase == Phase::waiting) report_waiting(id, reservation, *status);
    if (status->phase == Phase::running) report_devices(id, reservation, *status);
}

// The first words at once, others after a while. That it runs takes them back by itself.
void LaunchFollower::report_waiting(const AttemptId& id, const Reservation& reservation,
                                    const AttemptStatus& status) {
    if (reservation.state != ReservationState::starting) return;
    const auto words =
        status.waiting_for.empty() ? std::nullopt : std::optional(status.waiting_for);
    const Instant now = clock_.now();
    Told& told = told_[id];
    if (told.waiting_for == words) return;
    const Instant next_words = told.at + between_words;
    if (told.waiting_for && words && now < next_words) return come_back_at(next_words);
    if (!tell_engine(ReportWaiting{id.reservation, id.number, words})) return;
    told.waiting_for = words;
    told.at = now;
}

void LaunchFollower::report_devices(const AttemptId& id, const Reservation& reservation,
                                    const AttemptStatus& status) {
    if (!status.gpus || *status.gpus == reservation.gpus) return;
    Told& told = told_[id];
    if (told.gpus == status.gpus) return;
    if (tell_engine(ReportDevices{id.reservation, id.number, *status.gpus})) {
        told.gpus = status.gpus;
    }
}

// On the engine's thread.
void LaunchFollower::note(const std::vector<Published>& rows) {
    if (ahead_ <= Duration::zero()) return;
    const std::lock_guard lock(mutex_);
    for (const Published& published : rows) {
        if (published.reservation) note_start(*published.reservation);
    }
}

// Precondition: mutex_ is held. Whatever happens to a booking that is to come is a reason to
// prepare it anew: it may have other GPUs now.
void LaunchFollower::note_start(const Reservation& reservation) {
    if (const auto known = prepared_from_.find(reservation.id); known != prepared_from_.end()) {
        to_prepare_.erase({known->second, reservation.id});
        prepared_from_.erase(known);
    }
    if (reservation.state != ReservationState::confirmed || !reservation.workload) return;
    const Instant from = reservation.start - ahead_;
    to_prepare_.insert({from, reservation.id});
    prepared_from_.insert({reservation.id, from});
}

// Once: what was booked before this follower began.
void LaunchFollower::look_at_all() {
    engine_.read([&](const View& view) {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, reservation] : view.reservations) note_start(*reservation);
    });
}

void LaunchFollower::prepare_what_is_near() {
    if (!std::exchange(looked_at_all_, true)) look_at_all();
    std::vector<ReservationId> near;
    {
        const std::lock_guard lock(mutex_);
        while (!to_prepare_.empty() && to_prepare_.begin()->first <= clock_.now()) {
            near.push_back(to_prepare_.begin()->second);
            prepared_from_.erase(near.back());
            to_prepare_.erase(to_prepare_.begin());
        }
        if (!to_prepare_.empty()) come_back_at(to_prepare_.begin()->first);
    }
    for (const ReservationId id : near) prepare(id);
}

void LaunchFollower::prepare(ReservationId id) {
    std::shared_ptr<const Reservation> booked;
    engine_.read([&](const View& view) { booked = view.share(id); });
    const bool is_to_come =
        booked && booked->state == ReservationState::confirmed && booked->workload;
    if (is_to_come) launcher_.prepare(order_for(*booked, booked->attempt + 1));
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

bool LaunchFollower::tell_engine(Command command) {
    // Other refusals are fine: "already ended" means that the report had come through before.
    const Answer answer = engine_.ask(from_launcher(std::move(command)));
    const bool is_to_be_repeated = !answer && answer.error().code == RefusalCode::journal_full;
    if (is_to_be_repeated) come_back_at(clock_.now() + pause_on_full_disk);
    return !is_to_be_repeated;
}

AttemptOrder LaunchFollower::order_for(const Reservation& reservation, int attempt) const {
    AttemptOrder order;
    order.id = {reservation.id, attempt};
    order.work_of = reservation.work_of;
    order.workload = *reservation.workload;
    order.owner = reservation.owner;
    order.team = reservation.team;
    order.priority = reservation.priority;
    order.title = reservation.title;
    order.gpus = reservation.gpus;
    order.starts_at = reservation.start;
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
