#include "follow/preflight_follower.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace berth {

namespace {

constexpr std::chrono::minutes before_start{30};

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
          for (const Published& published : rows) {
              const std::string& kind = published.row.kind;
              if (kind != "reservation_confirmed" && kind != "reservation_changed") continue;
              if (published.reservation->workload) fresh_.insert(published.reservation->id);
          }
          if (!fresh_.empty()) worker_.wake();
      })) {
    worker_.wake();  // for what was booked before the subscription
}

PreflightFollower::~PreflightFollower() {
    engine_.unsubscribe(subscription_);
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
    engine_.read([&](const View& view) { booked = view.share(id); });
    if (!booked || booked->state != ReservationState::confirmed) return;
    const Instant second_check = booked->start - before_start;
    if (clock_.now() < second_check) due_.insert({second_check, id});
    auto findings = launcher_.preflight(*booked->workload);
    if (findings == booked->preflight) return;
    (void)engine_.ask({.actor = "berth",
                       .reason = {},
                       .idempotency_key = {},
                       .body_hash = {},
                       .command = ReportPreflight{id, std::move(findings)}});
}

}  // namespace berth
