// What happened: the journal's contents. Events are facts with every value in them; applying them
// needs no clock and no decision.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
// How it stands after its owner extended, shortened, moved or renamed it.
struct ReservationChanged {
    ReservationId id;
    std::string title;
    std::vector<std::string> gpus;  // ids, in inventory order
    Instant start;
    Instant end;
    bool operator==(const ReservationChanged&) const = default;
};
struct ReservationStarting {
    ReservationId id;
    int attempt = 1;
    bool operator==(const ReservationStarting&) const = default;
};
struct ReservationRunning {
    ReservationId id;
    Instant started_at;
    bool operator==(const ReservationRunning&) const = default;
};
// Its job is to stop; once it has, the reservation ends as `outcome`.
struct ReservationReleasing {
    ReservationId id;
    ReservationState outcome = ReservationState::cancelled;
    std::string detail;
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

using Event = std::variant<FleetDeclared, ReservationConfirmed, ReservationChanged,
                           ReservationStarting, ReservationRunning, ReservationReleasing,
                           ReservationEnded, CheckpointSaved, PreflightReported, SnapshotTaken>;

std::string event_kind(const Event& event);  // "reservation_confirmed", …
std::optional<ReservationId> reservation_of(const Event& event);

// The journal's bytes for an event: compact JSON without its kind.
std::string encode_event(const Event& event);
// Error: what is wrong with the bytes.
std::expected<Event, std::string> decode_event(std::string_view kind, std::string_view bytes);

}  // namespace berth
