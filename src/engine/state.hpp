// All that the engine knows: the fleet, the calendar, every reservation. Changed only by apply().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
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
    std::map<std::string, IdempotencyRecord> idempotency;           // by idempotency_key_of()
    std::deque<std::pair<Instant, std::string>> idempotency_order;  // oldest first
    // When each live reservation needs a Tick: at its start, or at its end when no job ends it.
    std::set<std::pair<Instant, ReservationId>> due;
    std::uint64_t last_sequence = 0;  // the journal row that was applied last
    Instant last_time;                // its time

    [[nodiscard]] const Reservation* find(ReservationId id) const;
    [[nodiscard]] ReservationId next_id() const;
    [[nodiscard]] std::vector<GpuIndex> gpus_of(const Reservation& reservation) const;
};

std::string idempotency_key_of(const std::string& actor, const std::string& key);

}  // namespace berth
