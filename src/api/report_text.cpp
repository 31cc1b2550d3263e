#include "api/report_text.hpp"

#include <fmt/format.h>

#include <array>

#include "api/csv.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "report/hours.hpp"

namespace berth {

namespace {

constexpr std::array days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string cell(int number) {
    return std::to_string(number);
}
std::string cell(double number) {
    return fmt::format("{}", number);
}
std::string cell(const std::optional<double>& number) {
    return number ? cell(*number) : "";
}

void append_hours(std::string& table, const std::string& name, const Shares& booked,
                  const Shares& used) {
    for (std::size_t hour = 0; hour < booked.size(); ++hour) {
        append_csv_row(table, {name, days[hour / 24], std::to_string(hour % 24), cell(booked[hour]),
                               cell(used[hour])});
    }
}

template <class Give>
void each_figure(Give&& give) {
    boost::mp11::mp_for_each<
        boost::describe::describe_members<Figures, boost::describe::mod_public>>(
        std::forward<Give>(give));
}

void append_figures(std::string& table, std::vector<std::string> cells, const Figures& figures) {
    each_figure([&](auto member) { cells.push_back(cell(figures.*member.pointer)); });
    append_csv_row(table, cells);
}

// {"name":"vision","reservations":…}: what it is about, and its figures beside it.
void append_group(std::string& out, const std::vector<std::pair<const char*, std::string>>& about,
                  const Figures& figures) {
    out += out.ends_with('[') ? "{" : ",{";
    for (const auto& [name, text] : about) {
        out += fmt::format("\"{}\":", name);
        json::append_string(out, text);
        out += ',';
    }
    json::append_members(out, figures);
    out += '}';
}

boost::json::value group_schema(json::SchemaBook& book, const std::string& name,
                                const boost::json::object& about) {
    return book.named(name, [&] {
        auto schema = book.resolved(book.printed<Figures>());
        for (const auto& [member, what] : about) {
            json::add_member(schema, member, what, json::Presence::required);
        }
        return schema;
    });
}

}  // namespace

std::string heat_map_table(const HeatMapAnswer& answer) {
    std::string table;
    append_csv_row(
        table, {std::string(json::print(answer.by).as_string()), "day", "hour", "booked", "used"});
    for (const HeatRow& row : answer.rows) append_hours(table, row.name, row.booked, row.used);
    append_hours(table, "", answer.total.booked, answer.total.used);
    return table;
}

std::string summary_text(const Summary& summary, const Span& period, const std::string& zone) {
    std::string out = "{\"from\":";
    json::append_instant(out, period.from);
    out += ",\"to\":";
    json::append_instant(out, period.to);
    out += ",\"zone\":";
    json::append_string(out, zone);
    out += ",\"total\":";
    json::append_text(out, summary.total);
    out += ",\"teams\":[";
    for (const auto& team : summary.teams) append_group(out, {{"name", team.name}}, team.figures);
    out += "],\"people\":[";
    for (const auto& person : summary.people) {
        append_group(out, {{"name", person.name}, {"team", person.team}}, person.figures);
    }
    out += "],\"weeks\":[";
    for (const auto& week : summary.weeks) {
        append_group(out, {{"from", to_rfc3339(week.from)}}, week.figures);
    }
    out += "]}";
    return out;
}

std::string summary_table(const Summary& summary) {
    std::string table;
    std::vector<std::string> columns{"about", "name", "team", "from"};
    each_figure([&](auto member) { columns.emplace_back(member.name); });
    append_csv_row(table, columns);
    append_figures(table, {"total", "", "", ""}, summary.total);
    for (const auto& team : summary.teams) {
        append_figures(table, {"team", team.name, "", ""}, team.figures);
    }
    for (const auto& person : summary.people) {
        append_figures(table, {"person", person.name, person.team, ""}, person.figures);
    }
    for (const auto& week : summary.weeks) {
        append_figures(table, {"week", "", "", to_rfc3339(week.from)}, week.figures);
    }
    return table;
}

boost::json::value summary_schema(json::SchemaBook& book) {
    return book.named("SummaryAnswer", [&] {
        const boost::json::value text = json::text_schema();
        const boost::json::value time = json::time_schema();
        boost::json::object schema{{"type", "object"}};
        const auto add = [&](const char* name, boost::json::value what) {
            json::add_member(schema, name, std::move(what), json::Presence::required);
        };
        add("from", time);
        add("to", time);
        add("zone", text);
        add("total", book.printed<Figures>());
        add("teams", json::list_schema(group_schema(book, "TeamFigures", {{"name", text}})));
        add("people", json::list_schema(
                          group_schema(book, "PersonFigures", {{"name", text}, {"team", text}})));
        add("weeks", json::list_schema(group_schema(book, "WeekFigures", {{"from", time}})));
        return schema;
    });
}

}  // namespace berth
