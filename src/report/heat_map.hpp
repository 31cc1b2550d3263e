// Where the load is: for each hour of the week, how much of each node, GPU model or team's GPUs was
// booked and how much was used, and the same by calendar week.
//
//     const HeatMap map = make_heat_map(record, HeatMapRows::model);
//     map.rows[0].booked[9];  // Mondays from 09:00 to 10:00
//
// Shares are of the GPU-hours that could be had: those of GPUs in the inventory that were neither
// down nor under maintenance. A team's share is of the whole site's. Where there were none, and of
// use in what has not come yet, there is no share. Rounded to four decimals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "report/record.hpp"

namespace berth {

enum class HeatMapRows { node, team, model };
BOOST_DESCRIBE_ENUM(HeatMapRows, node, team, model)

using Shares = std::vector<std::optional<double>>;  // by hour of the week

struct HeatTotal {
    int gpus = 0;  // in the inventory at the end of the period; a team's: the site's
    Shares booked;
    Shares used;
    std::optional<double> booked_share;
    std::optional<double> used_share;

    bool operator==(const HeatTotal&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeatTotal, (), (gpus, booked, used, booked_share, used_share))

struct HeatRow {
    std::string name;
    int gpus = 0;
    Shares booked;
    Shares used;
    std::optional<double> booked_share;
    std::optional<double> used_share;

    bool operator==(const HeatRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeatRow, (), (name, gpus, booked, used, booked_share, used_share))

struct WeekLoad {
    Instant from;  // its Monday; only what lies in the period counts
    std::optional<double> booked_share;
    std::optional<double> used_share;
    double lost_gpu_hours = 0;  // see lost_hours()

    bool operator==(const WeekLoad&) const = default;
};
BOOST_DESCRIBE_STRUCT(WeekLoad, (), (from, booked_share, used_share, lost_gpu_hours))

struct HeatMap {
    std::vector<HeatRow> rows;  // nodes as the inventory has them; models and teams by name
    HeatTotal total;
    std::vector<WeekLoad> weeks;
};

HeatMap make_heat_map(const Record& record, HeatMapRows by);

}  // namespace berth
