#include "apps/berth/timetable.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "apps/berth/session.hpp"
#include "booking/fleet_json.hpp"
#include "json/described.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_chosen(const GpuChoice& choice, const std::string& gpu, const std::string& node) {
    if (choice.gpus.empty() && choice.nodes.empty()) return true;
    return contains(choice.gpus, gpu) || contains(choice.nodes, node);
}

}  // namespace

Timetable timetable_of(const json::object& calendar, const GpuChoice& choice) {
    Timetable table{
        time_of(calendar, "now"), {time_of(calendar, "from"), time_of(calendar, "to")}, {}, {}};
    std::vector<std::optional<std::size_t>> rows;  // by the place in the answer
    for (const auto& item : calendar.at("nodes").as_array()) {
        const std::string node = text_of(item.as_object(), "name");
        for (const auto& entry : item.at("gpus").as_array()) {
            const auto& gpu = entry.as_object();
            const std::string id = text_of(gpu, "id");
            rows.emplace_back();
            if (!is_chosen(choice, id, node)) continue;
            rows.back() = table.gpus.size();
            table.gpus.push_back({id, node, text_of(gpu, "health") == "healthy"});
        }
    }
    for (const auto& item : calendar.at("reservations").as_array()) {
        const auto& one = item.as_object();
        Booking booking{text_of(one, "team"), {}, {time_of(one, "start"), time_of(one, "end")}};
        for (const auto& place : one.at("gpus").as_array()) {
            const auto row = rows.at(place.to_number<std::size_t>());
            if (row) booking.gpus.push_back(*row);
        }
        if (!booking.gpus.empty()) table.bookings.push_back(std::move(booking));
    }
    return table;
}

std::string unknown_choice(const json::object& calendar, const GpuChoice& choice) {
    std::vector<std::string> gpus;
    std::vector<std::string> nodes;
    for (const auto& node : calendar.at("nodes").as_array()) {
        nodes.push_back(text_of(node.as_object(), "name"));
        for (const auto& gpu : node.at("gpus").as_array()) {
            gpus.push_back(text_of(gpu.as_object(), "id"));
        }
    }
    for (const auto& name : choice.gpus) {
        if (!contains(gpus, name)) return name;
    }
    for (const auto& name : choice.nodes) {
        if (!contains(nodes, name)) return name;
    }
    return "";
}

json::object calendar_object(const View& view, Instant now, const Span& window) {
    json::array nodes;
    std::map<std::uint32_t, std::size_t> places;
    for (const Node& node : view.fleet->nodes()) {
        json::array gpus;
        for (const GpuIndex index : node.gpus) {
            const Gpu& gpu = view.fleet->gpu(index);
            places.emplace(index.value, places.size());
            gpus.push_back({{"id", gpu.id},
                            {"model", gpu.spec.model},
                            {"memory_gb", gpu.spec.memory_gb},
                            {"health", berth::json::print(gpu.spec.health)}});
        }
        nodes.push_back({{"name", node.name}, {"gpus", std::move(gpus)}});
    }
    json::array reservations;
    for (const auto& [id, reservation] : view.reservations) {
        const Span held{reservation->start, reservation->end};
        if (reservation->gpus.empty() || held.empty() || !held.overlaps(window)) continue;
        json::array gpus;
        for (const GpuIndex gpu : view.gpus_of(*reservation)) gpus.push_back(places.at(gpu.value));
        reservations.push_back({{"id", id.text()},
                                {"state", berth::json::print(reservation->state)},
                                {"title", reservation->title},
                                {"owner", reservation->owner},
                                {"team", reservation->team},
                                {"gpus", std::move(gpus)},
                                {"start", to_rfc3339(reservation->start)},
                                {"end", to_rfc3339(reservation->end)},
                                {"priority", berth::json::print(reservation->priority)},
                                {"preemptible", reservation->preemptible}});
    }
    return {{"revision", view.last_sequence},  {"now", to_rfc3339(now)},
            {"zone", view.grid.zone_name()},   {"slot_minutes", view.grid.slot_length().count()},
            {"from", to_rfc3339(window.from)}, {"to", to_rfc3339(window.to)},
            {"nodes", std::move(nodes)},       {"reservations", std::move(reservations)}};
}

}  // namespace berth::cli
