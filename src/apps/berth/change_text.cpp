#include "apps/berth/change_text.hpp"

#include <fmt/format.h>

#include <vector>

#include "apps/berth/session.hpp"
#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

std::optional<std::string> wrong_way(const json::object& before, Instant end, Towards towards,
                                     const SlotGrid& grid) {
    const Instant present = time_of(before, "end");
    if (towards == Towards::later ? end > present : end < present) return std::nullopt;
    const std::string id = text_of(before, "id");
    if (end == present) return id + " ends then already: " + short_time(present, grid);
    return fmt::format("{} ends {}; {} is {}: use {}", id, short_time(present, grid),
                       short_time(end, grid), end < present ? "earlier" : "later",
                       end < present ? "berth shorten" : "berth extend");
}

std::string change_text(const json::object& before, const json::object& after,
                        const SlotGrid& grid) {
    std::vector<std::string> parts;
    const Span was{time_of(before, "start"), time_of(before, "end")};
    const Span is{time_of(after, "start"), time_of(after, "end")};
    if (is.from != was.from) {
        parts.push_back(fmt::format("is {} (was {})", window_text(is.from, is.to, grid),
                                    window_text(was.from, was.to, grid)));
    } else if (is.to != was.to) {
        const Duration by = is.to > was.to ? is.to - was.to : was.to - is.to;
        parts.push_back(fmt::format("ends {}, {} {} (was {})", short_time(is.to, grid),
                                    length_text(by), is.to > was.to ? "later" : "earlier",
                                    short_time(was.to, grid)));
    }
    if (const auto gpus = list_of(after, "gpus"); gpus != list_of(before, "gpus")) {
        parts.push_back(fmt::format("is on {} (was on {})", compact_gpus(gpus),
                                    compact_gpus(list_of(before, "gpus"))));
    }
    if (text_of(after, "title") != text_of(before, "title")) {
        parts.push_back(fmt::format("is called \"{}\"", text_of(after, "title")));
    }
    if (parts.empty()) return text_of(after, "id") + " is as it was";
    return fmt::format("{} {} ({})", text_of(after, "id"), fmt::join(parts, " and "),
                       grid.zone_name());
}

std::string changed_meanwhile(const json::object& reservation, const SlotGrid& grid) {
    const std::string now = fmt::format(
        "{} is {} now: {} on {}, \"{}\"", text_of(reservation, "id"), text_of(reservation, "state"),
        window_text(time_of(reservation, "start"), time_of(reservation, "end"), grid),
        compact_gpus(list_of(reservation, "gpus")), text_of(reservation, "title"));
    const auto* history = reservation.if_contains("history");
    if (history == nullptr || !history->is_array() || history->get_array().empty()) return now;
    const auto& last = history->get_array().back().as_object();
    return fmt::format("{} changed it {}; {}. Nothing of yours was done; look, and repeat.",
                       text_of(last, "actor"), short_time(time_of(last, "time"), grid), now);
}

std::string command_for_change(const std::string& id, const json::object& before,
                               const json::object& window) {
    const auto gpus = list_of(window, "gpus");
    const bool other_gpus = !gpus.empty() && gpus != list_of(before, "gpus");
    const std::string start = text_of(window, "start");
    const std::string end = text_of(window, "end");
    if (!other_gpus && start == text_of(before, "start")) {
        const bool later = time_of(window, "end") > time_of(before, "end");
        return fmt::format("berth {} {} --to {}", later ? "extend" : "shorten", shell_quoted(id),
                           end);
    }
    std::string command =
        fmt::format("berth move {} --start {} --end {}", shell_quoted(id), start, end);
    if (other_gpus) command += fmt::format(" --gpu {}", fmt::join(gpus, ","));
    return command;
}

}  // namespace berth::cli
