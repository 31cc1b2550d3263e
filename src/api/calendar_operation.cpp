#include "api/calendar_operation.hpp"

#include <array>
#include <boost/json/array.hpp>

#include "booking/fleet_json.hpp"
#include "booking/occupant.hpp"
#include "booking/reservation.hpp"
#include "json/schema.hpp"

namespace berth {

// The members as calendar_text() writes them.
struct CalendarGpu {
    static constexpr std::array<std::string_view, 1> left_out{"unready_because"};

    std::string id;
    std::string model;
    int memory_gb = 0;
    Health health = Health::healthy;
    std::string unready_because;
};
BOOST_DESCRIBE_STRUCT(CalendarGpu, (), (id, model, memory_gb, health, unready_because))

struct CalendarNode {
    std::string name;
    std::vector<CalendarGpu> gpus;
};
BOOST_DESCRIBE_STRUCT(CalendarNode, (), (name, gpus))

struct CalendarProgress {
    std::uint64_t epoch = 0;
    std::uint64_t epochs = 0;
    std::optional<double> eta_seconds;
};
BOOST_DESCRIBE_STRUCT(CalendarProgress, (), (epoch, epochs, eta_seconds))

struct CalendarBooking {
    static constexpr std::array<std::string_view, 6> left_out{"kind", "booked_end", "notice",
                                                              "wait", "idle_since", "trouble"};

    ReservationId id;
    ReservationState state = ReservationState::confirmed;
    std::string title;
    std::string owner;
    std::string team;
    std::vector<std::uint32_t> gpus;  // places in the order of the nodes' GPUs
    Instant start;
    Instant end;
    Priority priority = Priority::P2;
    bool preemptible = false;
    std::optional<CalendarProgress> progress;
    ReservationKind kind = ReservationKind::work;
    Instant booked_end;  // where it holds its GPUs beyond that
    Notice notice;
    Wait wait;           // of an offer
    Instant idle_since;  // its GPUs have shown no use since
    std::string trouble;
};
BOOST_DESCRIBE_STRUCT(CalendarBooking, (),
                      (id, state, title, owner, team, gpus, start, end, priority, preemptible,
                       progress, kind, booked_end, notice, wait, idle_since, trouble))

// Who waits for a window; `start` and `end` are what they wished.
struct CalendarWaiter {
    static constexpr std::array<std::string_view, 1> left_out{"wait"};

    ReservationId id;
    ReservationState state = ReservationState::waitlisted;
    std::string title;
    std::string owner;
    std::string team;
    Instant start;
    Instant end;
    Priority priority = Priority::P2;
    GpuRequest asked;
    Wait wait;
};
BOOST_DESCRIBE_STRUCT(CalendarWaiter, (),
                      (id, state, title, owner, team, start, end, priority, asked, wait))

struct CalendarAnswer {
    std::uint64_t revision = 0;
    Instant now;
    std::string zone;
    std::uint64_t slot_minutes = 0;
    Instant from;
    Instant to;
    bool simulated_clock = false;
    bool simulated_gpus = false;
    std::vector<CalendarNode> nodes;
    std::vector<CalendarBooking> reservations;
    std::vector<CalendarWaiter> waiting;
    std::vector<Occupant> occupants;  // who uses GPUs without a reservation
};
BOOST_DESCRIBE_STRUCT(CalendarAnswer, (),
                      (revision, now, zone, slot_minutes, from, to, simulated_clock, simulated_gpus,
                       nodes, reservations, waiting, occupants))

Operation calendar_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/calendar",
            .id = "showCalendar",
            .summary = "All that a page needs to draw a window of time",
            .parameters = {time_query("from", "Its begin; without it, a week is shown"),
                           time_query("to", "Its end"),
                           header_parameter("If-None-Match", "The ETag of the picture before",
                                            json::text_schema())},
            .answers = {json_answer(200, "The window", json::printed_schema<CalendarAnswer>,
                                    {etag_header()}),
                        empty_answer(304, "Nothing has changed since the picture before")}};
}

}  // namespace berth
