// A reservation and its life. Everything that holds GPUs is one: what people booked ("r-17"), a job
// of the ordinary queue ("q-4"), and maintenance.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "booking/gpu_request.hpp"
#include "booking/workload.hpp"
#include "json/described.hpp"
#include "time/instant.hpp"

namespace berth {

enum class IdKind { reservation, queue_job };

struct ReservationId {
    static constexpr std::string_view pattern = "^[rq]-[0-9]{1,18}$";

    std::uint64_t number = 0;
    IdKind kind = IdKind::reservation;

    bool operator==(const ReservationId&) const = default;
    // Reservations before queue jobs, each by number.
    std::strong_ordering operator<=>(const ReservationId& other) const {
        if (const auto kinds = kind <=> other.kind; kinds != 0) return kinds;
        return number <=> other.number;
    }
    [[nodiscard]] bool is_queue_job() const { return kind == IdKind::queue_job; }
    static std::expected<ReservationId, std::string> parse(std::string_view text);  // "r-17", "q-4"
    [[nodiscard]] std::string text() const;
};

enum class Priority { P0, P1, P2, P3 };
BOOST_DESCRIBE_ENUM(Priority, P0, P1, P2, P3)

enum class ReservationState {
    queued,      // a queue job that waits for its turn; holds nothing
    waitlisted,  // waits for a window; holds nothing
    offered,     // holds a window until its owner answers, or the offer lapses
    displaced,   // lost its window before it began and waits for another; holds nothing
    confirmed,   // booked, not begun
    starting,    // its time has come; the job is being started
    running,
    overrunning,  // past its booked end, within its buffer
    releasing,    // told to stop; its processes may still be there
    completed,
    failed,
    cancelled,
    expired,  // nobody came, nobody answered, or nothing came up in time
    evicted,  // stopped for a P0 or for maintenance; `continued_by` goes on with its work
};
BOOST_DESCRIBE_ENUM(ReservationState, queued, waitlisted, offered, displaced, confirmed, starting,
                    running, overrunning, releasing, completed, failed, cancelled, expired, evicted)

// True once nothing more can happen to it and it holds no GPU.
bool is_ended(ReservationState state);
// True while it waits without holding a GPU.
bool is_waiting(ReservationState state);
// True from its start on until its end: its job may be there.
bool has_begun(ReservationState state);

enum class ReservationKind { work, maintenance };
BOOST_DESCRIBE_ENUM(ReservationKind, work, maintenance)

// What a waitlist entry gets when a window appears.
enum class WaitMode {
    auto_,  // the window, at once
    offer,  // the window held for it until its owner says yes
};
BOOST_DESCRIBE_ENUM(WaitMode, auto_, offer)

struct Wait {
    Instant latest_start;
    WaitMode mode = WaitMode::auto_;
    std::optional<Instant> answer_by;  // while offered
    std::int32_t slots = 1;            // whole slots that its window must have

    bool operator==(const Wait&) const = default;
};
BOOST_DESCRIBE_STRUCT(Wait, (), (latest_start, mode, answer_by, slots))

enum class NoticeKind {
    end,  // its booked time ends and it may not run on
    eviction,
    maintenance,
    idle,     // its GPUs show no use
    no_show,  // nobody has checked in
};
BOOST_DESCRIBE_ENUM(NoticeKind, end, eviction, maintenance, idle, no_show)

// What its owner and its job have been told: at `deadline` the GPUs are taken back.
struct Notice {
    NoticeKind kind = NoticeKind::end;
    Instant given_at;
    Instant deadline;
    std::optional<ReservationId> by;  // who gets the GPUs, where that is known

    bool operator==(const Notice&) const = default;
};
BOOST_DESCRIBE_STRUCT(Notice, (), (kind, given_at, deadline, by))

// An eviction that was decided and whose notice is still to come: `by` begins at `at`.
struct PlannedEviction {
    ReservationId by;
    Instant at;

    bool operator==(const PlannedEviction&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlannedEviction, (), (by, at))

// A transfer that waits for the other side to accept.
struct TransferOffer {
    std::optional<std::string> to_user;
    std::optional<std::string> to_team;

    bool operator==(const TransferOffer&) const = default;
};
BOOST_DESCRIBE_STRUCT(TransferOffer, (), (to_user, to_team))

struct Checkpoint {
    std::string path;
    int epoch = 0;  // the last epoch that is whole in it, from 1
    std::int64_t step = 0;
    Instant saved_at;

    bool operator==(const Checkpoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(Checkpoint, (), (path, epoch, step, saved_at))

// One thing a preflight looked at.
struct Finding {
    std::string check;
    bool ok = true;
    std::string message;

    bool operator==(const Finding&) const = default;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (check, ok, message))

struct Reservation {
    static constexpr std::array<std::string_view, 20> left_out{
        "kind",           "asked",        "wait",        "limit_minutes",
        "notice",         "eviction",     "continues",   "continued_by",
        "work_of",        "transfer",     "check_in_by", "checked_in",
        "idle_since",     "expected_end", "trouble",     "may_start_late_until",
        "promised_start", "ready_from",   "waiting_for", "gpus_since"};

    ReservationId id;
    ReservationState state = ReservationState::confirmed;
    std::string title;
    std::string owner;
    std::string team;
    std::vector<std::string> gpus;  // ids, in inventory order
    Instant start;
    Instant end;  // where its hold ends: an early end moves it
    Instant booked_end;
    Priority priority = Priority::P2;
    bool preemptible = true;
    std::optional<Workload> workload;
    std::uint64_t revision = 0;  // the journal row that changed it last
    Instant created_at;
    int attempt = 0;  // starts so far
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    std::optional<int> exit_code;
    std::optional<std::string> detail;        // why it is in this state, where that needs words
    std::optional<ReservationState> outcome;  // while releasing: how it will end
    std::optional<Checkpoint> checkpoint;
    std::vector<Finding> preflight;
    ReservationKind kind = ReservationKind::work;
    // What was asked for: named GPUs are kept, counted ones may be moved to equal ones before the
    // start.
    GpuRequest asked;
    std::optional<Wait> wait;          // of the waitlist; `start` and `end` are the wish until then
    std::optional<int> limit_minutes;  // of a queue job
    std::optional<Notice> notice;
    std::optional<PlannedEviction> eviction;
    std::optional<ReservationId> continues;     // the evicted one whose work this one resumes
    std::optional<ReservationId> continued_by;  // the one that resumes the work of this one
    std::optional<ReservationId> work_of;       // the first of that line: whose work folder it uses
    std::optional<TransferOffer> transfer;
    std::optional<Instant> check_in_by;   // without a job: somebody must show up until then
    std::optional<Instant> checked_in;    // somebody did, or its GPUs showed use
    std::optional<Instant> idle_since;    // its GPUs have shown no use since
    std::optional<Instant> expected_end;  // as its job's progress foretells it
    std::optional<std::string> trouble;   // what stands in its way and could not be helped yet
    // The site lets overrunning predecessors delay it: its start may come as late as this.
    std::optional<Instant> may_start_late_until;
    // When it was to start, while it waits for such a predecessor or has begun late because of one.
    std::optional<Instant> promised_start;
    // Its start waits for the notice of those it evicts only: from here on it begins as soon as
    // they have left.
    std::optional<Instant> ready_from;
    // While starting: what its job waits for, which `trouble` says too.
    std::optional<std::string> waiting_for;
    // It has had these very GPUs since then only: they were swapped for equal ones while it lived.
    std::optional<Instant> gpus_since;

    bool operator==(const Reservation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reservation, (),
                      (id, state, title, owner, team, gpus, start, end, booked_end, priority,
                       preemptible, workload, revision, created_at, attempt, started_at, ended_at,
                       exit_code, detail, outcome, checkpoint, preflight, kind, asked, wait,
                       limit_minutes, notice, eviction, continues, continued_by, work_of, transfer,
                       check_in_by, checked_in, idle_since, expected_end, trouble,
                       may_start_late_until, promised_start, ready_from, waiting_for, gpus_since))

}  // namespace berth
