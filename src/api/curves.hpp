// A training's curves out of its progress reports: what it measured, epoch by epoch, attempt by
// attempt.
//
//     const Curves curves = curves_of(progress.of(id), {.after_epoch = 12});
//
// What a report measured are the numbers in its objects "losses" and "metrics", and any number
// beside them that is not about the progress itself ("epoch", "eta_seconds" and the like). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal_port.hpp"
#include "json/described.hpp"

namespace berth {

struct CurvePoint {
    Instant at;
    std::optional<std::int64_t> epoch;
    std::map<std::string, double> values;

    bool operator==(const CurvePoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(CurvePoint, (), (at, epoch, values))

struct AttemptCurves {
    int attempt = 0;
    std::uint64_t total = 0;  // points there are; `points` may be a selection of them
    std::vector<CurvePoint> points;
};
BOOST_DESCRIBE_STRUCT(AttemptCurves, (), (attempt, total, points))

struct Curves {
    std::vector<std::string> names;  // in the order in which they were first reported
    std::vector<AttemptCurves> attempts;
};
BOOST_DESCRIBE_STRUCT(Curves, (), (names, attempts))

struct CurvesWanted {
    std::optional<std::uint64_t> attempt;
    std::optional<std::uint64_t> after_epoch;  // leaves out reports that name no epoch, too
};

// Of a longer attempt so many points are shown, evenly chosen by place, its first and last among
// them: a page cannot draw more.
constexpr std::size_t most_points = 2000;
// Of one report.
constexpr std::size_t most_values = 100;

// `reports` in the order in which they came. Of an epoch reported twice within an attempt the last
// report counts, at the place of the first; a report that measured nothing is no point.
Curves curves_of(const std::vector<Progress>& reports, const CurvesWanted& wanted);

// What one report measured, in its own order. A number within "losses" or "metrics" is named
// "losses/box_loss"; one whose own name has a "/" (as Ultralytics' have) keeps it.
std::vector<std::pair<std::string, double>> measured_values(const boost::json::object& report);

}  // namespace berth
