// Everything that can be asked of the engine. People send the first few; the launcher, the clock
// and the inventory send the others.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "booking/event.hpp"
#include "booking/request.hpp"
#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"

namespace berth {

struct Reserve {
    ReservationRequest request;
};
// Extends, shortens, moves or renames, all of it or nothing.
struct Modify {
    ReservationId id;
    ReservationChange change;
    std::optional<std::uint64_t> if_revision;
};
struct Cancel {
    ReservationId id;
    std::optional<std::uint64_t> if_revision;
};
// The owner is done before the end: like a cancel, but the work counts as completed.
struct Release {
    ReservationId id;
    std::optional<std::uint64_t> if_revision;
};
struct AttemptStarted {
    ReservationId id;
    int attempt = 0;
};
// The job's processes are gone. `exit_code` as a shell has it (128 + signal); absent when it could
// not be started at all.
struct AttemptEnded {
    ReservationId id;
    int attempt = 0;
    std::optional<int> exit_code;
    Instant at;
    std::string detail;
};
struct SaveCheckpoint {
    ReservationId id;
    int attempt = 0;
    std::string path;
    int epoch = 0;
    std::int64_t step = 0;
};
struct ReportPreflight {
    ReservationId id;
    std::vector<Finding> findings;
};
struct DeclareFleet {
    std::vector<GpuSpec> gpus;
};
// A snapshot of the state after row `through` lies in the journal's store.
struct RecordSnapshot {
    SnapshotTaken snapshot;
};
struct Tick {};  // time has passed: begin what is due, end what is over

using Command = std::variant<Reserve, Modify, Cancel, Release, AttemptStarted, AttemptEnded,
                             SaveCheckpoint, ReportPreflight, DeclareFleet, RecordSnapshot, Tick>;

std::string command_name(const Command& command);  // "reserve", "cancel", …

}  // namespace berth
