// What happened: the journal's contents. Events are facts with every value in them; applying them
// needs no clock and no decision.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "booking/occupant.hpp"
#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"

namespace berth {

struct FleetDeclared {
    std::vector<GpuSpec> gpus;  // the whole inventory, in numbering order
    bool operator==(const FleetDeclared&) const = default;
};
struct ReservationConfirmed {
    Reservation reservation;
    bool operator==(const ReservationConfirmed&) const = default;
};
// It waits for a window: the waitlist's, or (state displaced) one that Berth owes it.
struct ReservationWaitlisted {
    Reservation reservation;
    bool operator==(const ReservationWaitlisted&) const = default;
};
struct JobQueued {
    Reservation reservation;
    bool operator==(const JobQueued&) const = default;
};
// A window is held for one that waited, until its owner answers or `answer_by` has come.
struct WindowOffered {
    ReservationId id;
    std::vector<std::string> gpus;
    Instant start;
    Instant end;
    Instant answer_by;
    bool operator==(const WindowOffered&) const = default;
};
// One that waited has its window: it is confirmed.
struct WindowBooked {
    ReservationId id;
    std::vector<std::string> gpus;
    Instant start;
    Instant end;
    bool operator==(const WindowBooked&) const = default;
};
// How it stands after its owner extended, shortened, moved or renamed it.
struct ReservationChanged {
    ReservationId id;
    std::string title;
    std::vector<std::string> gpus;  // ids, in inventory order
    Instant start;
    Instant end;
    std::optional<GpuRequest> asked = {};  // when other GPUs were asked for
    // Where it is not `end`: a mere rename leaves an overrun or a planned eviction as it is.
    std::optional<Instant> booked_end = {};
    bool operator==(const ReservationChanged&) const = default;
};
enum class MoveCause { overrun, gpu_down, maintenance, victims_left };
// Berth moved it before its start, to equal GPUs or in time.
struct ReservationMoved {
    ReservationId id;
    std::vector<std::string> gpus;
    Instant start;
    Instant end;
    MoveCause cause = MoveCause::overrun;
    std::string why;
    bool operator==(const ReservationMoved&) const = default;
};
// It lost its window before it began and waits for another, which it gets first of all.
struct ReservationDisplaced {
    ReservationId id;
    std::optional<ReservationId> by;
    std::string why;
    bool operator==(const ReservationDisplaced&) const = default;
};
struct ReservationStarting {
    ReservationId id;
    int attempt = 1;
    bool operator==(const ReservationStarting&) const = default;
};
struct ReservationRunning {
    ReservationId id;
    Instant started_at;
    std::optional<Instant> check_in_by = {};  // without a job: somebody must show up until then
    bool operator==(const ReservationRunning&) const = default;
};
// Its GPUs are its until `until`, past its booked end.
struct OverrunGranted {
    ReservationId id;
    Instant until;
    bool operator==(const OverrunGranted&) const = default;
};
struct ReservationOverrunning {
    ReservationId id;
    bool operator==(const ReservationOverrunning&) const = default;
};
struct NoticeGiven {
    ReservationId id;
    Notice notice;
    bool operator==(const NoticeGiven&) const = default;
};
struct NoticeWithdrawn {
    ReservationId id;
    bool operator==(const NoticeWithdrawn&) const = default;
};
// It keeps its GPUs until `at` only; the notice goes out in time before that.
struct EvictionPlanned {
    ReservationId id;
    ReservationId by;
    Instant at;
    bool operator==(const EvictionPlanned&) const = default;
};
// It has its GPUs until `end` again.
struct EvictionCalledOff {
    ReservationId id;
    Instant end;
    bool operator==(const EvictionCalledOff&) const = default;
};
// Another reservation resumes its work.
struct ReservationContinued {
    ReservationId id;
    ReservationId continued_by;
    bool operator==(const ReservationContinued&) const = default;
};
// Its job is to stop: at once, or at the deadline if it has one. Once it has, the reservation ends
// as `outcome`.
struct ReservationReleasing {
    ReservationId id;
    ReservationState outcome = ReservationState::cancelled;
    std::string detail;
    std::optional<Instant> deadline = {};
    bool operator==(const ReservationReleasing&) const = default;
};
// The end, and the release of what was left of the window from `ended_at` on.
struct ReservationEnded {
    ReservationId id;
    ReservationState state = ReservationState::completed;
    Instant ended_at;
    std::optional<int> exit_code;
    std::string detail;
    bool operator==(const ReservationEnded&) const = default;
};
struct CheckpointSaved {
    ReservationId id;
    Checkpoint checkpoint;
    bool operator==(const CheckpointSaved&) const = default;
};
struct ReservationTransferred {
    ReservationId id;
    std::string owner;
    std::string team;
    std::optional<std::string> from = {};  // whose it was
    bool operator==(const ReservationTransferred&) const = default;
};
struct TransferOffered {
    ReservationId id;
    TransferOffer to;
    bool operator==(const TransferOffered&) const = default;
};
struct TransferDeclined {
    ReservationId id;
    bool operator==(const TransferDeclined&) const = default;
};
struct CheckedIn {
    ReservationId id;
    Instant at;
    bool operator==(const CheckedIn&) const = default;
};
struct UseChanged {
    ReservationId id;
    std::optional<Instant> idle_since;  // absent: in use
    bool operator==(const UseChanged&) const = default;
};
struct ExpectedEndChanged {
    ReservationId id;
    Instant expected_end;
    bool operator==(const ExpectedEndChanged&) const = default;
};
// What stands in its way, or (absent) that nothing does any more.
struct ReservationTroubled {
    static constexpr std::array<std::string_view, 1> left_out{"waiting_for"};

    ReservationId id;
    std::optional<std::string> trouble;
    // The part of it that its launcher tells: what its job waits for.
    std::optional<std::string> waiting_for = {};
    bool operator==(const ReservationTroubled&) const = default;
};
struct GpuHealthChanged {
    std::vector<std::string> gpus;
    Health health = Health::down;
    bool operator==(const GpuHealthChanged&) const = default;
};
// One GPU that was assumed, and the equal one of the same node that the job really has.
struct GpuSwap {
    std::string assumed;
    std::string real;
    bool operator==(const GpuSwap&) const = default;
};
// Each pair trades places for all who hold one of them from now on; what is past stays. Where `by`
// is absent the row does so; the rows with it that follow are for each of the others, whose GPUs
// changed with it.
struct GpusSwapped {
    static constexpr std::array<std::string_view, 1> left_out{"by"};

    ReservationId id;
    std::vector<GpuSwap> swaps;
    std::optional<ReservationId> by = {};
    bool operator==(const GpusSwapped&) const = default;
};
// Somebody uses GPUs without a reservation.
struct OccupantCame {
    static constexpr std::array<std::string_view, 1> left_out{"in_the_way_of"};

    Occupant occupant;
    std::optional<ReservationId> in_the_way_of = {};  // what begins on that node within a day
    bool operator==(const OccupantCame&) const = default;
};
struct OccupantLeft {
    Occupant occupant;
    bool operator==(const OccupantLeft&) const = default;
};
struct PreflightReported {
    ReservationId id;
    std::vector<Finding> findings;
    bool operator==(const PreflightReported&) const = default;
};
// The state after row `through` was written down; this row vouches for those bytes, so that
// recovery may begin with them.
struct SnapshotTaken {
    std::uint64_t through = 0;
    std::string row_hash;  // of row `through`
    std::string digest;    // SHA-256 of the snapshot's bytes
    bool operator==(const SnapshotTaken&) const = default;
};

using Event =
    std::variant<FleetDeclared, GpuHealthChanged, ReservationConfirmed, ReservationWaitlisted,
                 JobQueued, WindowOffered, WindowBooked, ReservationChanged, ReservationMoved,
                 ReservationDisplaced, ReservationStarting, ReservationRunning, OverrunGranted,
                 ReservationOverrunning, NoticeGiven, NoticeWithdrawn, EvictionPlanned,
                 EvictionCalledOff, ReservationContinued, ReservationReleasing, ReservationEnded,
                 ReservationTransferred, TransferOffered, TransferDeclined, CheckedIn, UseChanged,
                 ExpectedEndChanged, CheckpointSaved, ReservationTroubled, PreflightReported,
                 GpusSwapped, OccupantCame, OccupantLeft, SnapshotTaken>;

std::string event_kind(const Event& event);  // "reservation_confirmed", …
std::optional<ReservationId> reservation_of(const Event& event);

// The journal's bytes for an event: compact JSON without its kind.
std::string encode_event(const Event& event);
// Error: what is wrong with the bytes.
std::expected<Event, std::string> decode_event(std::string_view kind, std::string_view bytes);

}  // namespace berth
