#include "follow/preflight_follower.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace berth {

namespace {

constexpr std::chrono::minutes before_start{30};

// While the work that it continues goes on, its last checkpoint is still to come; and what never
// saved begins anew.
std::optional<Resumption> resumption_of(const Reservation& booked, const View& view) {
    if (!booked.continues) return std::nullopt;
    const Reservation* before = view.find(*booked.continues);
    if (before == nullptr || !is_ended(before->state) || !before->checkpoint) return std::nullopt;
    return Resumption{booked.work_of.value_or(*booked.continues), before->checkpoint->path};
}

PreflightWish wish_for(const Reservation& booked, const View& view) {
    PreflightWish wish{.workload = *booked.workload,
                       .resumption = resumption_of(booked, view),
                       .team = booked.team,
                       .priority = booked.priority,
                       .gpus = booked.gpus};
    for (const GpuIndex gpu : view.gpus_of(booked)) {
        wish.nodes.push_back(view.fleet->gpu(gpu).spec.node);
    }
    return wish;
}

}  // namespace

PreflightFollower::PreflightFollower(Engine& engine, LauncherPort& launcher, ClockPort& clock,
                                     std::function<void(const std::string&)> report)
    : engine_(engine),
      launcher_(launcher),
      clock_(clock),
      worker_(
          clock, [this] { return check_what_is_new_or_due(); }, std::move(report)),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          const std::lock_guard lock(mutex_);
          for (const Published& published : rows) note(published);
          if (!fresh_.empty()) worker_.wake();
      })) {
    worker_.wake();  // for what was booked before the subscription
}

PreflightFollower::~PreflightFollower() {
    engine_.unsubscribe(subscription_);
}

// Precondition: mutex_ is held.
void PreflightFollower::note(const Published& published) {
    static const std::set<std::string> bookings{"reservation_confirmed", "reservation_changed",
                                                "window_booked", "reservation_moved"};
    if (!published.reservation || !published.reservation->workload) return;
    if (bookings.contains(published.row.kind)) fresh_.insert(published.reservation->id);
    // The checkpoint that its continuation needs is there now, or never will be.
    const bool has_ended = published.row.kind == "reservation_ended";
    if (has_ended && published.reservation->continued_by) {
        fresh_.insert(*published.reservation->continued_by);
    }
}

// Once: what was booked before this follower began.
void PreflightFollower::look_at_all() {
    engine_.read([&](const View& view) {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, reservation] : view.reservations) {
            if (reservation->state == ReservationState::confirmed && reservation->workload) {
                fresh_.insert(id);
            }
        }
    });
}

std::optional<Instant> PreflightFollower::check_what_is_new_or_due() {
    if (!looked_at_all_) look_at_all();
    looked_at_all_ = true;
    std::set<ReservationId> to_check;
    {
        const std::lock_guard lock(mutex_);
        to_check.swap(fresh_);
    }
    while (!due_.empty() && due_.begin()->first <= clock_.now()) {
        to_check.insert(due_.begin()->second);
        due_.erase(due_.begin());
    }
    for (const ReservationId id : to_check) check(id);
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

void PreflightFollower::check(ReservationId id) {
    std::shared_ptr<const Reservation> booked;
    PreflightWish wish;
    engine_.read([&](const View& view) {
        booked = view.share(id);
        if (booked && booked->workload) wish = wish_for(*booked, view);
    });
    if (!booked || booked->state != ReservationState::confirmed || !booked->workload) return;
    const Instant second_check = booked->start - before_start;
    wish.start_is_near = clock_.now() >= second_check;
    if (!wish.start_is_near) due_.insert({second_check, id});
    // Whether what it needs is being made ready shows only once that has begun.
    const Duration ahead = launcher_.prepares_ahead();
    const Instant third_check = booked->start - ahead / 2;
    const bool is_to_come = ahead > Duration::zero() && clock_.now() < third_check;
    if (wish.start_is_near && is_to_come) due_.insert({third_check, id});
    auto findings = launcher_.preflight(wish);
    if (findings == booked->preflight) return;
    (void)engine_.ask({.actor = "berth",
                       .reason = {},
                       .idempotency_key = {},
                       .body_hash = {},
                       .command = ReportPreflight{id, std::move(findings)}});
}

}  // namespace berth
