// A reservation and its life. Ids print as "r-17".
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "booking/workload.hpp"
#include "json/described.hpp"
#include "time/instant.hpp"

namespace berth {

struct ReservationId {
    static constexpr std::string_view pattern = "^r-[0-9]{1,18}$";

    std::uint64_t number = 0;

    auto operator<=>(const ReservationId&) const = default;
    static std::expected<ReservationId, std::string> parse(std::string_view text);  // "r-17"
    [[nodiscard]] std::string text() const;
};

enum class Priority { P0, P1, P2, P3 };
BOOST_DESCRIBE_ENUM(Priority, P0, P1, P2, P3)

enum class ReservationState {
    confirmed,  // booked, not begun
    starting,   // its time has come; the job is being started
    running,
    releasing,  // told to stop; its processes are still there
    completed,
    failed,
    cancelled,
    expired,
};
BOOST_DESCRIBE_ENUM(ReservationState, confirmed, starting, running, releasing, completed, failed,
                    cancelled, expired)

// True once nothing more can happen to it and it holds no GPU.
bool is_ended(ReservationState state);

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

    bool operator==(const Reservation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reservation, (),
                      (id, state, title, owner, team, gpus, start, end, booked_end, priority,
                       preemptible, workload, revision, created_at, attempt, started_at, ended_at,
                       exit_code, detail, outcome, checkpoint, preflight))

}  // namespace berth
