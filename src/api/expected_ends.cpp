#include "api/expected_ends.hpp"

#include <chrono>

namespace berth {

namespace {

constexpr std::chrono::minutes least_pause{1};
constexpr std::chrono::minutes noticeable{10};
constexpr std::chrono::hours remembered{1};

bool differs(const Reservation& reservation, Instant before, Instant now) {
    const bool was_late = before > reservation.booked_end;
    const bool is_late = now > reservation.booked_end;
    return was_late != is_late || std::chrono::abs(now - before) > noticeable;
}

}  // namespace

bool ExpectedEnds::take(const Reservation& reservation, Instant expected_end, Instant now) {
    const bool is_under_way =
        has_begun(reservation.state) && reservation.state != ReservationState::releasing;
    if (!is_under_way) return false;
    const std::lock_guard lock(mutex_);
    std::optional<Instant> before = reservation.expected_end;
    if (const auto found = told_.find(reservation.id); found != told_.end()) {
        if (now - found->second.at < least_pause) return false;
        before = found->second.expected_end;
    }
    if (before && !differs(reservation, *before, expected_end)) return false;
    std::erase_if(told_, [&](const auto& told) { return now - told.second.at > remembered; });
    told_.insert_or_assign(reservation.id, Told{expected_end, now});
    return true;
}

}  // namespace berth
