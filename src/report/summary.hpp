// Who booked, used, lost and waited how much: in total, per team, per person and per week.
//
//     const Summary summary = make_summary(record);
//     summary.teams[0].figures.no_shows;
//
// Counts are of bookings whose start lies in the period (waits: asked for in it); hours are those
// that lie in it. What somebody else was handed counts as theirs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "report/record.hpp"

namespace berth {

// A cancellation less than this before the start, or after it, is late.
inline constexpr Duration late_cancellation = std::chrono::hours(2);

struct Figures {
    int reservations = 0;
    int queue_jobs = 0;
    double booked_gpu_hours = 0;  // as promised; an evicted one's until it was evicted
    double used_gpu_hours = 0;
    double lost_gpu_hours = 0;          // see lost_hours()
    std::optional<double> utilisation;  // used of what was booked up to now
    int completed = 0;
    int cancelled = 0;
    int cancelled_late = 0;
    int no_shows = 0;
    int failed = 0;
    int evicted = 0;
    int wishes = 0;  // that were put on the waitlist
    int wishes_given_up = 0;
    // From the wish until a window was booked or offered; until it was given up; or until now.
    std::optional<double> median_wait_hours;
    std::optional<double> ninetieth_wait_hours;
    // Of queue jobs: from the ask to the start; or until now.
    std::optional<double> median_queue_hours;
    std::optional<double> ninetieth_queue_hours;

    bool operator==(const Figures&) const = default;
};
BOOST_DESCRIBE_STRUCT(Figures, (),
                      (reservations, queue_jobs, booked_gpu_hours, used_gpu_hours, lost_gpu_hours,
                       utilisation, completed, cancelled, cancelled_late, no_shows, failed, evicted,
                       wishes, wishes_given_up, median_wait_hours, ninetieth_wait_hours,
                       median_queue_hours, ninetieth_queue_hours))

struct TeamFigures {
    std::string name;
    Figures figures;
};
struct PersonFigures {
    std::string name;
    std::string team;
    Figures figures;
};
struct WeekFigures {
    Instant from;  // its Monday; only what lies in the period counts
    Figures figures;
};

struct Summary {
    Figures total;
    std::vector<TeamFigures> teams;     // by name
    std::vector<PersonFigures> people;  // by name, and by team for who is in several
    std::vector<WeekFigures> weeks;
};

Summary make_summary(const Record& record);

}  // namespace berth
