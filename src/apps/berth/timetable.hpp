// The calendar as a table of GPUs and who holds them when: read from the server's answer, or from
// an engine's state that was rebuilt from a journal.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "engine/state.hpp"

namespace berth::cli {

struct TimetableGpu {
    std::string id;
    std::string node;
    bool healthy = true;
};

struct Booking {
    std::string team;
    std::vector<std::size_t> gpus;  // places in Timetable::gpus
    Span held;
};

struct Timetable {
    Instant now;
    Span window;
    std::vector<TimetableGpu> gpus;
    std::vector<Booking> bookings;
};

// Only these GPUs, and all of these nodes; when both are empty, all there are.
struct GpuChoice {
    std::vector<std::string> gpus;
    std::vector<std::string> nodes;
};

// The answer of GET /api/v1/calendar. What is chosen keeps its order.
Timetable timetable_of(const boost::json::object& calendar, const GpuChoice& choice);
// The first name that is not in the calendar, or "".
std::string unknown_choice(const boost::json::object& calendar, const GpuChoice& choice);

// As the server would have answered in this state.
boost::json::object calendar_object(const View& view, Instant now, const Span& window);

}  // namespace berth::cli
