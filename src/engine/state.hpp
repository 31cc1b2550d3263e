// All that the engine knows: the fleet, the calendar, every reservation that still matters. Changed
// only by apply() and, between two batches, by forget_old() and roll_back().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "booking/event.hpp"
#include "booking/reservation.hpp"
#include "calendar/calendar.hpp"
#include "fleet/fleet.hpp"
#include "policy/policy.hpp"
#include "policy/team_use.hpp"

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
    // Who uses GPUs without a reservation; never null, and never changed in place.
    std::shared_ptr<const std::set<Occupant>> occupants =
        std::make_shared<const std::set<Occupant>>();
    // Of those, the ones that operators know to be in somebody's way: nobody is told so twice.
    std::shared_ptr<const std::set<Occupant>> occupants_in_the_way =
        std::make_shared<const std::set<Occupant>>();
    SlotGrid grid;
    ReservationBook reservations;  // those that live, and those that ended within ended_memory
    std::set<ReservationId>
        begun;  // of those, the ones whose time has come and that have not ended
    std::set<ReservationId> waiting;      // waitlisted, offered, displaced
    std::set<ReservationId> queued;       // jobs of the ordinary queue that have not begun
    std::uint64_t last_number = 0;        // the greatest reservation number ever given
    std::uint64_t last_queue_number = 0;  // the same of queue jobs
    std::uint64_t last_sequence = 0;      // the journal row that was applied last
    Instant last_time;                    // its time
    Slot horizon{};                       // bookings end at its start at the latest

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

// The order in which those that wait are served: what lost its window before what never had one,
// then by priority, then by age.
struct WaitRank {
    bool lost_its_window = false;
    Priority priority = Priority::P3;
    Instant since;
    ReservationId id;

    bool operator<(const WaitRank& other) const {
        return std::tuple(!lost_its_window, priority, since, id) <
               std::tuple(!other.lost_its_window, other.priority, other.since, other.id);
    }
};

// Waitlist entries with the same wish are looked at together: what does not fit one of them fits
// none that may start at the same times.
struct WaitWish {
    GpuRequest asked;
    std::int32_t slots = 1;
    auto operator<=>(const WaitWish&) const = default;
};
// When an entry may start. The slots are kept because to look them up in the site's zone costs more
// than to search the calendar.
struct WaitRange {
    Instant from;
    Slot first;  // on the grid
    Slot last;
};
using WaitGroup = std::map<WaitRank, WaitRange>;

// The view, and what only decisions need. All of it but the calendar and the keys follows from the
// reservations.
struct State : View {
    State(std::shared_ptr<const Fleet> fleet, const SlotGrid& grid, Instant now,
          CalendarLimits limits, std::shared_ptr<const Policy> policy = {});

    Calendar calendar;
    std::shared_ptr<const Policy> policy;                            // never null
    std::unordered_map<std::string, IdempotencyRecord> idempotency;  // by idempotency_key_of()
    std::deque<std::pair<Instant, std::string>> idempotency_order;   // oldest first
    std::deque<std::pair<Instant, ReservationId>> ended;             // by when their end was known
    // When each live reservation needs a Tick.
    std::set<std::pair<Instant, ReservationId>> due;
    std::set<WaitRank> wait_order;              // waitlisted and displaced
    std::map<WaitWish, WaitGroup> wait_groups;  // waitlisted; none is empty
    std::set<ReservationId> troubled;           // live ones with a trouble
    std::set<ReservationId> delayed;            // confirmed ones that an overrun made start later
    std::map<std::string, TeamUse> team_use;    // of the teams whose quota limits it
    // Who made a P0 and when, oldest first: it counts longer than the reservation is remembered.
    std::deque<std::pair<Instant, std::string>> p0_made;
    // Confirmed ones that begin as soon as those they evict have left.
    std::set<ReservationId> may_begin_early;
    // Whose eviction is decided and whose notice is still to come.
    std::set<ReservationId> to_be_evicted;
    // Room may have appeared that somebody waits for; settle() looks and takes it down. Not kept:
    // after a recovery it is looked for once.
    bool room_appeared = true;
    std::optional<Instant> look_again;  // settle() is wanted then, whatever is due

    [[nodiscard]] ReservationId next_id() const { return {last_number + 1}; }
    [[nodiscard]] ReservationId next_queue_id() const {
        return {last_queue_number + 1, IdKind::queue_job};
    }

    // Keep what follows from the reservations in step; the calendar is apply()'s affair.
    void put(std::shared_ptr<const Reservation> reservation);
    void erase(ReservationId id);

private:
    void track(const Reservation& reservation);
    void untrack(const Reservation& reservation);
    TeamUse* limited_use(const Reservation& reservation);
};

// For how long it holds or held its GPUs, as quotas count it; empty when they do not.
Span use_of(const Reservation& reservation);
// Whether it counts as one more P0 of its team.
bool is_p0_made(const Reservation& reservation);

std::string idempotency_key_of(const std::string& actor, const std::string& key);
// Who holds a reservation's GPUs in the calendar.
Holder holder_of(ReservationId id);
ReservationId id_of(Holder holder);
// When the reservation needs a Tick next, if ever: a job's end is reported by the launcher instead.
// A Tick then must change that, or it would come again at once.
std::optional<Instant> due_at(const Reservation& reservation, const Policy& policy);

}  // namespace berth
