// Reports as the API answers them: as JSON, or each as one table (see csv.hpp).
#pragma once

#include <string>

#include "json/schema_book.hpp"
#include "report/advice.hpp"
#include "report/heat_map.hpp"
#include "report/summary.hpp"

namespace berth {

struct HeatMapAnswer {
    Instant from;
    Instant to;
    std::string zone;  // whose hours they are
    HeatMapRows by = HeatMapRows::node;
    std::vector<HeatRow> rows;
    HeatTotal total;
    std::vector<WeekLoad> weeks;
    std::vector<Advice> advice;
};
BOOST_DESCRIBE_STRUCT(HeatMapAnswer, (), (from, to, zone, by, rows, total, weeks, advice))

// One line per row and hour of the week: name, day, hour, booked, used. The total has no name.
std::string heat_map_table(const HeatMapAnswer& answer);

std::string summary_text(const Summary& summary, const Span& period, const std::string& zone);
// One line for the total, each team, each person and each week.
std::string summary_table(const Summary& summary);
boost::json::value summary_schema(json::SchemaBook& book);

}  // namespace berth
