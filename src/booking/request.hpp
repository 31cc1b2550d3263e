// What a person asks for: the body of POST /api/v1/reservations and /api/v1/plan.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "booking/reservation.hpp"
#include "booking/workload.hpp"
#include "json/described.hpp"

namespace berth {

// Either `ids`, or a `count` (1 when absent) with wishes.
struct GpuRequest {
    static constexpr bool all_optional = true;

    std::optional<int> count;
    std::optional<std::string> model;
    std::optional<int> min_memory_gb;
    std::map<std::string, std::string> labels;
    std::optional<std::string> spread;  // same_node (the default), any, same:<label>
    std::vector<std::string> ids;

    bool operator==(const GpuRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(GpuRequest, (), (count, model, min_memory_gb, labels, spread, ids))

// "now" or an instant.
struct StartTime {
    std::optional<Instant> at;  // absent: now

    bool operator==(const StartTime&) const = default;
    static std::expected<StartTime, std::string> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    static boost::json::object schema();
};

enum class OnConflict { refuse, nearest };
BOOST_DESCRIBE_ENUM(OnConflict, refuse, nearest)

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
    bool align = false;
    std::optional<Instant> finish_before;  // for a plan: the deadline question
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReservationRequest, (),
                      (title, team, gpus, start, hours, end, priority, preemptible, workload,
                       on_conflict, align, finish_before, reason))

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

}  // namespace berth
