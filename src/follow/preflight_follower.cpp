#include "follow/preflight_follower.hpp"

#include <algorithm>
#include <chrono>
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
          clock, [this] { return check_what_is_booked(); }, std::move(report)),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          for (const Published& published : rows) {
              if (published.row.kind == "reservation_confirmed") return worker_.wake();
          }
      })) {
    worker_.wake();  // for what was booked before the subscription
}

PreflightFollower::~PreflightFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> PreflightFollower::check_what_is_booked() {
    std::vector<Reservation> booked;
    engine_.read([&](const State& state) {
        for (const auto& [id, reservation] : state.reservations) {
            if (reservation.state == ReservationState::confirmed && reservation.workload) {
                booked.push_back(reservation);
            }
        }
    });
    std::erase_if(checked_, [&](const auto& entry) {
        return std::ranges::find(booked, entry.first, &Reservation::id) == booked.end();
    });
    std::optional<Instant> again;
    for (const Reservation& reservation : booked) {
        const Instant late_check = reservation.start - before_start;
        const bool late = clock_.now() >= late_check;
        if (!late) again = std::min(again.value_or(late_check), late_check);
        const auto done = checked_.find(reservation.id);
        const Checked wanted = late ? Checked::before_start : Checked::at_booking;
        if (done != checked_.end() && done->second >= wanted) continue;
        checked_[reservation.id] = wanted;
        auto findings = launcher_.preflight(*reservation.workload);
        if (findings == reservation.preflight) continue;
        (void)engine_.ask({.actor = "berth",
                           .reason = {},
                           .idempotency_key = {},
                           .body_hash = {},
                           .command = ReportPreflight{reservation.id, std::move(findings)}});
    }
    return again;
}

}  // namespace berth
