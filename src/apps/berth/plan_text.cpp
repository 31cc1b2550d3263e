#include "apps/berth/plan_text.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "apps/berth/session.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/times.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

double number_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string lost_text(double gpu_hours) {
    return gpu_hours > 0 ? fmt::format("loses {:.3g} GPU-hours", gpu_hours) : "loses nothing";
}

std::string again_text(const json::object& victim, const SlotGrid& grid) {
    if (text_of(victim, "again_from").empty()) return "waits for another window";
    return "goes on " +
           window_text(time_of(victim, "again_from"), time_of(victim, "again_to"), grid);
}

std::vector<std::string> victim_row(const json::object& victim, const SlotGrid& grid) {
    const bool running = text_of(victim, "running") == "true";
    const std::string team = text_of(victim, "team");
    return {"  " + text_of(victim, "id"),
            text_of(victim, "owner") + (team.empty() ? "" : " (" + team + ")"),
            text_of(victim, "priority"),
            running ? "runs" : "begins " + short_time(time_of(victim, "start"), grid),
            compact_gpus(list_of(victim, "gpus")),
            lost_text(number_of(victim, "gpu_hours_lost")),
            again_text(victim, grid)};
}

}  // namespace

std::string eviction_text(const json::object& eviction, const SlotGrid& grid) {
    std::vector<std::vector<std::string>> rows;
    std::set<std::string> people;
    for (const auto& item : eviction.at("victims").as_array()) {
        const auto& victim = item.as_object();
        people.insert(text_of(victim, "owner"));
        rows.push_back(victim_row(victim, grid));
    }
    const auto gpus = list_of(eviction, "gpus");
    return fmt::format(
        "{} can be had on {} by disturbing {} {}, {:.3g} GPU-hours of harm in all:\n{}",
        window_text(time_of(eviction, "start"), time_of(eviction, "end"), grid), compact_gpus(gpus),
        people.size(), people.size() == 1 ? "person" : "people",
        number_of(eviction, "harm_gpu_hours"), format_table(rows));
}

}  // namespace berth::cli
