// All that the engine knows: the fleet, the calendar, every reservation that still matters. Changed
// only by apply() and, between two batches, by forget_old() and roll_back().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "booking/event.hpp"
#include "booking/reservation.hpp"
#include "calendar/calendar.hpp"
#include "fleet/fleet.hpp"

namespace berth {

// Reservations are shared and never changed in place: a change makes a new one.
using ReservationBook = std::map<ReservationId, std::shared_ptr<const Reservation>>;

// How long a reservation that has ended stays in memory: the page shows a week without asking the
// disk, and a day is what answers to repeated requests need.
inline constexpr std::chrono::days ended_memory{8};

// What everybody but the writer sees: the facts as of the last committed row.
struct View {
    View(std::shared_ptr<const Fleet> the_fleet, const SlotGrid& the_grid, Instant now)
        : fleet(std::move(the_fleet)), grid(the_grid), last_time(now) {}

    std::shared_ptr<const Fleet> fleet;
    SlotGrid grid;
    ReservationBook reservations;  // those that live, and those that ended within ended_memory
    std::set<ReservationId>
        begun;  // of those, the ones whose time has come and that have not ended
    std::uint64_t last_number = 0;    // the greatest reservation number ever given
    std::uint64_t last_sequence = 0;  // the journal row that was applied last
    Instant last_time;                // its time
    Slot horizon{};                   // bookings end at its start at the latest

    // Null when it is not there: the history may still know it.
    [[nodiscard]] const Reservation* find(ReservationId id) const;
    [[nodiscard]] std::shared_ptr<const Reservation> share(ReservationId id) const;
    [[nodiscard]] std::vector<GpuIndex> gpus_of(const Reservation& reservation) const;

    void put(std::shared_ptr<const Reservation> reservation);
    void erase(ReservationId id);
};

// What a person's Idempotency-Key did, kept for a day.
struct IdempotencyRecord {
    std::string body_hash;
    ReservationId reservation;
    Instant at;
    bool operator==(const IdempotencyRecord&) const = default;
};

// The view, and what only decisions need.
struct State : View {
    State(std::shared_ptr<const Fleet> fleet, const SlotGrid& grid, Instant now,
          CalendarLimits limits);

    Calendar calendar;
    std::unordered_map<std::string, IdempotencyRecord> idempotency;  // by idempotency_key_of()
    std::deque<std::pair<Instant, std::string>> idempotency_order;   // oldest first
    std::deque<std::pair<Instant, ReservationId>> ended;             // by when their end was known
    // When each live reservation needs a Tick: at its start, or at its end when no job ends it.
    std::set<std::pair<Instant, ReservationId>> due;

    [[nodiscard]] ReservationId next_id() const { return {last_number + 1}; }
};

std::string idempotency_key_of(const std::string& actor, const std::string& key);
// Who holds a reservation's GPUs in the calendar.
Holder holder_of(ReservationId id);
// When the reservation needs a Tick next, if ever: a job's end is reported by the launcher instead.
std::optional<Instant> due_at(const Reservation& reservation);

}  // namespace berth
