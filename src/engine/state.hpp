// All that the engine knows: the fleet, the calendar, every reservation. Changed only by apply().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "booking/event.hpp"
#include "booking/reservation.hpp"
#include "calendar/calendar.hpp"
#include "fleet/fleet.hpp"

namespace berth {

// What a person's Idempotency-Key did, kept for a day.
struct IdempotencyRecord {
    std::string body_hash;
    ReservationId reservation;
    Instant at;
    bool operator==(const IdempotencyRecord&) const = default;
};

struct State {
    State(std::shared_ptr<const Fleet> fleet, const SlotGrid& grid, Instant now,
          CalendarLimits limits);

    std::shared_ptr<const Fleet> fleet;
    Calendar calendar;
    std::map<ReservationId, Reservation> reservations;
    std::map<std::string, IdempotencyRecord> idempotency;  // by "actor key"
    std::uint64_t last_sequence = 0;  // the journal row that was applied last
    Instant last_time;                // its time

    [[nodiscard]] const Reservation* find(ReservationId id) const;
    [[nodiscard]] std::vector<GpuIndex> gpus_of(const Reservation& reservation) const;
};

}  // namespace berth
