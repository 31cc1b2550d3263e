// Everything that can be asked of the engine. People send the first few; the launcher, the clock
// and the inventory send the others.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "booking/event.hpp"
#include "booking/eviction_plan.hpp"
#include "booking/occupant.hpp"
#include "booking/request.hpp"
#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"

namespace berth {

// With a plan's token resolved: `eviction` is what that plan said, word for word.
struct Reserve {
    ReservationRequest request;
    std::optional<EvictionPlan> eviction = {};
    // The request names GPUs that a plan chose; this is what had been asked for.
    std::optional<GpuRequest> asked = {};
};
struct Enqueue {
    QueueRequest request;
};
struct Maintain {
    MaintenanceRequest request;
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
// To a person, a team, or a person of that team; at once within a team or by who leads it, else
// when the other side accepts.
struct Transfer {
    ReservationId id;
    TransferOffer to;
    std::optional<std::uint64_t> if_revision;
};
// Yes or no to what is open: an offered window, or a transfer to oneself.
struct Accept {
    ReservationId id;
    std::optional<std::uint64_t> if_revision;
};
struct Decline {
    ReservationId id;
    std::optional<std::uint64_t> if_revision;
};
// The owner of a reservation without a job has come.
struct CheckIn {
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
// What a started job that does not run yet waits for, in words for its owner; absent: nothing.
struct ReportWaiting {
    ReservationId id;
    int attempt = 0;
    std::optional<std::string> waiting_for;
};
// The GPUs that the job really got, where something else than Berth chose among those of a node.
struct ReportDevices {
    ReservationId id;
    int attempt = 0;
    std::vector<std::string> gpus;  // ids
};
// All that uses GPUs of the fleet without a reservation, as of now.
struct ReportOccupants {
    std::vector<Occupant> occupants;
};
struct ReportPreflight {
    ReservationId id;
    std::vector<Finding> findings;
};
// When the job's progress says it will be done. The sender tells it only when that changed enough
// to matter.
struct ReportExpectedEnd {
    ReservationId id;
    int attempt = 0;
    Instant expected_end;
};
// The reservation's GPUs are in use again (idle_since absent), or have not been since.
struct ReportUse {
    ReservationId id;
    std::optional<Instant> idle_since;
};
// GPUs that failed or came back.
struct ReportHealth {
    std::vector<std::string> gpus;
    Health health = Health::down;
};
struct DeclareFleet {
    std::vector<GpuSpec> gpus;
};
// A snapshot of the state after row `through` lies in the journal's store.
struct RecordSnapshot {
    SnapshotTaken snapshot;
};
struct Tick {};  // time has passed: begin what is due, end what is over

using Command =
    std::variant<Reserve, Enqueue, Maintain, Modify, Cancel, Release, Transfer, Accept, Decline,
                 CheckIn, AttemptStarted, AttemptEnded, SaveCheckpoint, ReportExpectedEnd,
                 ReportUse, ReportWaiting, ReportDevices, ReportOccupants, ReportPreflight,
                 ReportHealth, DeclareFleet, RecordSnapshot, Tick>;

std::string command_name(const Command& command);  // "reserve", "cancel", …

}  // namespace berth
