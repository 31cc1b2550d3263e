// What a person asks for: the body of POST /api/v1/reservations and /api/v1/plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/gpu_request.hpp"
#include "booking/reservation.hpp"
#include "booking/workload.hpp"
#include "json/described.hpp"

namespace berth {

// "now" or an instant.
struct StartTime {
    std::optional<Instant> at;  // absent: now

    bool operator==(const StartTime&) const = default;
    static std::expected<StartTime, std::string> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    static boost::json::object schema();
};

enum class OnConflict {
    refuse,
    nearest,  // take the nearest window of this size and length
    wait,     // join the waitlist
    evict,    // P0 alone, by a plan's token
};
BOOST_DESCRIBE_ENUM(OnConflict, refuse, nearest, wait, evict)

// How long somebody is ready to wait, and what is to happen when a window appears.
struct WaitRequest {
    static constexpr bool all_optional = true;

    std::optional<Instant> latest_start;  // absent: the wished start, no other
    WaitMode mode = WaitMode::auto_;
    bool operator==(const WaitRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(WaitRequest, (), (latest_start, mode))

struct ReservationRequest {
    static constexpr bool all_optional = true;

    std::optional<std::string> title;
    std::optional<std::string> team;
    GpuRequest gpus;
    std::optional<StartTime> start;  // required for a reservation; a plan takes "now" when absent
    std::optional<double> hours;     // hours or end, not both
    std::optional<Instant> end;
    std::optional<Priority> priority;
    std::optional<bool> preemptible;
    std::optional<Workload> workload;
    OnConflict on_conflict = OnConflict::refuse;
    std::optional<WaitRequest> wait;  // for on_conflict: wait
    std::optional<std::string> plan;  // the token of a plan: books what that plan said
    bool align = false;
    std::optional<Instant> finish_before;  // for a plan: the deadline question
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReservationRequest, (),
                      (title, team, gpus, start, hours, end, priority, preemptible, workload,
                       on_conflict, wait, plan, align, finish_before, reason))

// The body of PATCH /api/v1/reservations/{id}. What is absent stays as it is: a new start alone
// moves the window at its length, a new end or new hours alone extend or shorten it, gpus alone
// move it to other GPUs.
struct ReservationChange {
    static constexpr bool all_optional = true;

    std::optional<std::string> title;
    std::optional<GpuRequest> gpus;
    std::optional<StartTime> start;
    std::optional<double> hours;  // hours or end, not both
    std::optional<Instant> end;
    bool align = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReservationChange, (), (title, gpus, start, hours, end, align, reason))

// The body of POST /api/v1/queue: work under one slot, which runs in the gaps between reservations.
struct QueueRequest {
    static constexpr bool all_optional = true;

    std::optional<std::string> title;
    std::optional<std::string> team;
    GpuRequest gpus;
    std::optional<double> minutes;  // required: its limit, at which it is stopped
    std::optional<Priority> priority;
    std::optional<bool> preemptible;
    std::optional<Workload> workload;  // required
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(QueueRequest, (),
                      (title, team, gpus, minutes, priority, preemptible, workload, reason))

// The body of POST /api/v1/maintenance: GPUs that are to be left alone for a while. What is booked
// on them then is moved to equal ones.
struct MaintenanceRequest {
    static constexpr bool all_optional = true;

    std::vector<std::string> nodes;  // nodes, or GPUs, or both
    std::vector<std::string> gpus;
    std::optional<StartTime> start;  // absent: now
    std::optional<double> hours;     // hours or end, not both
    std::optional<Instant> end;
    bool align = false;
    // What cannot be moved is in the way: without this the request is refused and names it; with
    // it, what has not begun is booked again later and what runs gets notice.
    bool displace = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(MaintenanceRequest, (),
                      (nodes, gpus, start, hours, end, align, displace, reason))

}  // namespace berth
