// A site of two nodes, "a" with two H100 and "b" with two A100, and bookings made by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "report/record.hpp"

namespace berth::test {

using namespace std::chrono_literals;

inline Instant utc(const std::string& text) {
    return parse_rfc3339(text).value();
}

// A Monday, at midnight in Shanghai.
inline const Instant monday = utc("2026-11-29T16:00:00Z");
// A week later.
inline const Instant next_monday = monday + 168h;

inline SlotGrid grid_in(const char* zone) {
    return SlotGrid::make(zone, 120min).value();
}

inline std::vector<GpuSpec> small_fleet() {
    return {{"a", 0, "H100", 80, {}, Health::healthy},
            {"a", 1, "H100", 80, {}, Health::healthy},
            {"b", 0, "A100", 40, {}, Health::healthy},
            {"b", 1, "A100", 40, {}, Health::healthy}};
}

inline Record small_record(Span period, Instant now, const char* zone = "Asia/Shanghai") {
    Record record(period, now, grid_in(zone));
    record.declare(period.from - 24h, small_fleet());
    return record;
}

// A job of alice's that ran all its window.
inline Reservation ran(std::uint64_t number, std::vector<std::string> gpus, Span window) {
    Reservation made;
    made.id = {number};
    made.state = ReservationState::completed;
    made.owner = "alice";
    made.team = "vision";
    made.gpus = std::move(gpus);
    made.start = window.from;
    made.end = made.booked_end = window.to;
    made.created_at = window.from - 24h;
    made.workload = Workload{};
    made.started_at = window.from;
    made.ended_at = window.to;
    return made;
}

inline Reservation ended(Reservation one, ReservationState state, Instant at) {
    one.state = state;
    one.ended_at = at;
    one.end = std::clamp(at, one.start, one.end);
    if (at <= one.start) one.started_at.reset();
    return one;
}

}  // namespace berth::test
