// What the engine needs of a journal: append whole batches durably, and read them back.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "booking/event.hpp"
#include "booking/reservation.hpp"
#include "time/instant.hpp"

namespace berth {

// One row. `event` is the stored text: the hash covers these very bytes.
struct JournalRow {
    std::uint64_t sequence = 0;  // from 1, without a gap
    Instant time;
    std::string actor;
    std::string command;  // command_name()
    std::string reason;
    std::string idempotency_key;
    std::string body_hash;
    std::string reservation;  // "r-17", or empty
    std::string kind;         // event_kind()
    std::string event;        // encode_event()

    bool operator==(const JournalRow&) const = default;
};

// A reservation as it stands after a row of the batch: the projections are written from these, in
// order, in the same transaction.
struct Projection {
    std::uint64_t sequence = 0;
    std::shared_ptr<const Reservation> reservation;
};

enum class CommitOutcome {
    committed,
    disk_full,       // cleanly rolled back; nothing of the batch is there
    double_booking,  // the overlap guard refused the batch; nothing of it is there
    unknown,         // an I/O error: the process must end, recovery decides
};

class JournalPort {
public:
    virtual ~JournalPort() = default;

    // Writes all rows and projections in one durable transaction.
    virtual CommitOutcome append(std::span<const JournalRow> rows,
                                 std::span<const Projection> projections) = 0;
    // Calls `row` for each row after `sequence`, in order, checking the hash chain. Error: where
    // and how the journal is not what was written.
    virtual std::expected<void, std::string> read_after(
        std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) = 0;
    // The rows about one reservation, in order. May run beside append().
    [[nodiscard]] virtual std::vector<JournalRow> rows_of(ReservationId reservation) = 0;
    // At most `limit` rows after `sequence`, in order. May run beside append().
    [[nodiscard]] virtual std::vector<JournalRow> rows_after(std::uint64_t sequence,
                                                             std::size_t limit) = 0;
};

// The engine's state after one row, as encode_snapshot() wrote it.
struct Snapshot {
    std::uint64_t through = 0;  // that row
    std::string bytes;
};

class SnapshotPort {
public:
    virtual ~SnapshotPort() = default;

    // Keeps it durably beside the rows. Returns what the journal is to vouch for with a row of its
    // own; until then newest() passes it over. May run beside append(). Error: why it failed.
    virtual std::expected<SnapshotTaken, std::string> keep(const Snapshot& snapshot) = 0;
    // The newest snapshot that a row vouches for and whose bytes and row are as they were then;
    // `report` hears of any that is not.
    [[nodiscard]] virtual std::optional<Snapshot> newest(
        const std::function<void(const std::string&)>& report) = 0;
};

// Which reservations to look up; what is absent does not narrow the search.
struct ReservationQuery {
    std::optional<Instant> from;  // those whose hold ends after it
    std::optional<Instant> to;    // those that start before it
    std::optional<std::string> team;
    std::optional<std::string> owner;
    std::optional<std::string> gpu;  // an id
    std::optional<ReservationState> state;
    std::optional<ReservationId> after;  // those with a greater number
    std::size_t limit = 100;
};

// All reservations that ever were, as of the last commit. The engine itself forgets those that
// ended long ago. Any thread, beside append().
class HistoryPort {
public:
    virtual ~HistoryPort() = default;
    [[nodiscard]] virtual std::optional<Reservation> reservation(ReservationId id) = 0;
    // By number, at most `limit`.
    [[nodiscard]] virtual std::vector<Reservation> reservations(const ReservationQuery& query) = 0;
    // Gives each reservation and queue job whose window touches the span: it ends at its beginning
    // or later, and starts before its end. In no order. For reports; holds up no other search.
    virtual void each_within(const Span& span,
                             const std::function<void(const Reservation&)>& give) = 0;
};

enum class AuditOrder { oldest_first, newest_first };

// Which rows of the journal to show; what is absent does not narrow the search.
struct AuditQuery {
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<std::string> actor;
    std::optional<std::string> team;
    std::optional<ReservationId> reservation;
    std::optional<std::string> kind;     // event_kind()
    std::optional<std::string> command;  // command_name()
    std::optional<std::string> gpu;      // an id: its health, and reservations that had it
    std::optional<std::string> text;     // in the reason, or in the reservation's title as it is
    AuditOrder order = AuditOrder::oldest_first;
    std::uint64_t after = 0;              // rows with a greater sequence number
    std::optional<std::uint64_t> before;  // rows with a smaller one
    std::size_t limit = 100;
};

class AuditPort {
public:
    virtual ~AuditPort() = default;
    // In order, at most `limit`. Any thread, beside append().
    [[nodiscard]] virtual std::vector<JournalRow> audit(const AuditQuery& query) = 0;
};

// Per-epoch progress: a side table that decisions never read.
struct Progress {
    ReservationId reservation;
    int attempt = 0;
    Instant at;
    std::string body;  // the JSON object the job sent
};

class ProgressPort {
public:
    virtual ~ProgressPort() = default;
    virtual void save(const Progress& progress) = 0;
    [[nodiscard]] virtual std::vector<Progress> of(ReservationId reservation) = 0;
};

// How far each follower (notifier, archiver) has come; durable.
class CursorPort {
public:
    virtual ~CursorPort() = default;
    [[nodiscard]] virtual std::uint64_t cursor(const std::string& follower) = 0;
    virtual void advance(const std::string& follower, std::uint64_t sequence) = 0;
};

}  // namespace berth
