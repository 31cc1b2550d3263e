// GET /api/v1/reports/heatmap and /api/v1/reports/summary: where the load is, what to buy next, and
// who booked, used and waited how much.
#include <array>
#include <optional>
#include <string>

#include "api/csv.hpp"
#include "api/query.hpp"
#include "api/report_source.hpp"
#include "api/report_text.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "report/hours.hpp"

namespace berth {

namespace {

constexpr int usual_weeks = 4;
constexpr std::chrono::days longest_period{366};

SlotGrid grid_of(const ApiContext& context) {
    std::optional<SlotGrid> grid;
    context.engine.read([&](const View& view) { grid = view.grid; });
    return *grid;
}

std::expected<Span, Problem> period_of(const Request& request, Instant now, const SlotGrid& grid) {
    const auto from = query_instant(request, "from");
    if (!from) return std::unexpected(from.error());
    const auto to = query_instant(request, "to");
    if (!to) return std::unexpected(to.error());
    const Instant end = to->value_or(now);
    const Instant begin = from->value_or(whole_weeks_up_to(end, usual_weeks, grid).from);
    if (begin >= end) {
        return std::unexpected(bad_query("from", *to ? "\"from\" must be earlier than \"to\""
                                                     : "\"from\" lies in the future; say with "
                                                       "\"to\" up to when"));
    }
    if (end - begin > longest_period) {
        return std::unexpected(bad_query(
            "from", "a report is of 366 days at most; ask for a shorter time, or year by year"));
    }
    return Span{begin, end};
}

Record record_of(const ApiContext& context, const Span& period, const SlotGrid& grid) {
    return collect_record(context.history, context.audit, period, context.clock.now(), grid);
}

std::expected<HeatMapRows, Problem> rows_of(const Request& request) {
    const auto text = request.query_value("by");
    if (!text) return HeatMapRows::node;
    const auto rows = json::parse<HeatMapRows>(boost::json::value(*text), "by");
    if (!rows) return std::unexpected(problem_of(rows.error()));
    return *rows;
}

HeatMapAnswer heat_map_of(const Record& record, HeatMapRows by) {
    HeatMap map = make_heat_map(record, by);
    auto advice = make_advice(
        record, by == HeatMapRows::model ? map : make_heat_map(record, HeatMapRows::model));
    return {.from = record.period().from,
            .to = record.period().to,
            .zone = record.grid().zone_name(),
            .by = by,
            .rows = std::move(map.rows),
            .total = std::move(map.total),
            .weeks = std::move(map.weeks),
            .advice = std::move(advice)};
}

Response with_vary(Response response) {
    response.headers["Vary"] = "Accept";
    return response;
}

void answer_heat_map(const Services& services, const Request& request, const Respond& respond) {
    const auto form = form_of(request);
    if (!form) return respond(to_response(form.error()));
    const SlotGrid grid = grid_of(services.context);
    const auto period = period_of(request, services.context.clock.now(), grid);
    if (!period) return respond(to_response(period.error()));
    const auto by = rows_of(request);
    if (!by) return respond(to_response(by.error()));
    answer_search(services, respond,
                  [&context = services.context, period = *period, grid, by = *by, form = *form] {
                      const auto answer = heat_map_of(record_of(context, period, grid), by);
                      return with_vary(form == Form::json
                                           ? json_response(200, json::text_of(answer))
                                           : csv_response(heat_map_table(answer)));
                  });
}

void answer_summary(const Services& services, const Request& request, const Respond& respond) {
    const auto form = form_of(request);
    if (!form) return respond(to_response(form.error()));
    const SlotGrid grid = grid_of(services.context);
    const auto period = period_of(request, services.context.clock.now(), grid);
    if (!period) return respond(to_response(period.error()));
    answer_search(
        services, respond, [&context = services.context, period = *period, grid, form = *form] {
            const auto summary = make_summary(record_of(context, period, grid));
            return with_vary(form == Form::json ? json_response(200, summary_text(summary, period,
                                                                                  grid.zone_name()))
                                                : csv_response(summary_table(summary)));
        });
}

std::vector<Parameter> period_parameters() {
    return {time_query("from", "From then on; without it, four whole weeks before the last"),
            time_query("to", "Up to then, 366 days at most; without it, up to now")};
}

Parameter by_parameter() {
    json::SchemaBook book;
    return query_parameter("by", "What has a row of its own: each node, model or team",
                           book.resolved(book.printed<HeatMapRows>()));
}

AnswerDescription json_or_table(std::string what, MakeSchema schema) {
    auto answer = json_answer(200, std::move(what), std::move(schema));
    answer.contents.push_back(text_answer(200, "", "text/csv").contents.front());
    return answer;
}

Operation heat_map_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/reports/heatmap",
            .id = "showHeatMap",
            .summary =
                "How much was booked and used in each hour of the week, by week, and what "
                "to buy next",
            .parameters = period_parameters() + std::vector{by_parameter()},
            .answers = {json_or_table(
                "Shares from 0 to 1; hour 0 is Monday 00-01 of the zone",
                [](json::SchemaBook& book) { return book.printed<HeatMapAnswer>(); })},
            .problems = {406}};
}

Operation summary_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/reports/summary",
            .id = "showSummary",
            .summary = "Who booked, used, lost, cancelled and waited how much",
            .parameters = period_parameters(),
            .answers = {json_or_table("In total, by team, by person and by week", summary_schema)},
            .problems = {406}};
}

}  // namespace

void add_report_routes(Router& router, const Services& services) {
    router.add(heat_map_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_heat_map(services, request, respond);
               }));
    router.add(summary_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_summary(services, request, respond);
               }));
}

}  // namespace berth
