#include "apps/berth/wish.hpp"

#include <fmt/format.h>

#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

void add_gpu_options(CLI::App& command, WishOptions& wish) {
    command.add_option("--gpus", wish.gpus, "how many GPUs; one, if nothing is said");
    command.add_option("--gpu-ids", wish.gpu_ids, "exactly these: node1/0,node1/1")->delimiter(',');
    command.add_option("--model", wish.model, "only of this model, such as A100");
    command.add_option("--min-memory", wish.min_memory, "at least so many GB each");
    command.add_option("--label", wish.labels, "only with this label: rack=r1");
    command.add_option("--spread", wish.spread, "same_node (the default), any, same:LABEL");
}

void add_window_options(CLI::App& command, WishOptions& wish) {
    command.add_option("--start", wish.start, "now, +4h, 20:00, 'wed 20:00', '2026-11-30 20:00'");
    command.add_option("--hours", wish.hours, "for how long: 32, 90m, 1d12h");
    command.add_option("--end", wish.end, "until when, instead of --hours");
}

void add_rank_options(CLI::App& command, WishOptions& wish) {
    command.add_option("--title", wish.title, "what it is for");
    command.add_option("--team", wish.team, "for which team");
    command.add_option("--priority", wish.priority, "P0 to P3")
        ->check(CLI::IsMember({"P0", "P1", "P2", "P3"}));
    command.add_flag_callback(
        "--preemptible", [&wish] { wish.preemptible = true; }, "a P0 may take it");
    command.add_flag_callback(
        "--no-preemptible,--not-preemptible", [&wish] { wish.preemptible = false; },
        "no P0 may take it");
    command.add_flag("--align", wish.align, "widen the times to the slot grid");
    command.add_option("--reason", wish.reason, "why, for the record");
}

void add_conflict_options(CLI::App& command, WishOptions& wish) {
    command
        .add_option("--on-conflict", wish.on_conflict,
                    "refuse (the default); nearest: take the nearest free window; wait: join the "
                    "waitlist; evict: a P0 disturbs others, after you saw whom")
        ->check(CLI::IsMember({"refuse", "nearest", "wait", "evict"}));
    command.add_option("--latest-start", wish.latest_start,
                       "while waiting: any window that begins by then");
    command.add_flag("--offer", wish.offer, "while waiting: ask me before it is booked");
    command.add_option("--plan", wish.plan, "book what berth plan showed, by its token");
}

json::object gpus_from(const WishOptions& wish) {
    json::object gpus;
    if (!wish.gpu_ids.empty()) {
        gpus["ids"] = json::array(wish.gpu_ids.begin(), wish.gpu_ids.end());
        if (wish.gpus) gpus["count"] = *wish.gpus;  // equal ones would do
        return gpus;
    }
    gpus["count"] = wish.gpus.value_or(1);
    if (!wish.model.empty()) gpus["model"] = wish.model;
    if (wish.min_memory > 0) gpus["min_memory_gb"] = wish.min_memory;
    if (!wish.spread.empty()) gpus["spread"] = wish.spread;
    if (wish.per_node) gpus["per_node"] = *wish.per_node;
    json::object labels;
    for (const auto& label : wish.labels) {
        const auto equals = label.find('=');
        labels[label.substr(0, equals)] =
            equals == std::string::npos ? "" : label.substr(equals + 1);
    }
    if (!labels.empty()) gpus["labels"] = std::move(labels);
    return gpus;
}

namespace {

bool put_time(Session& session, json::object& request, const char* field,
              const std::string& typed) {
    if (typed.empty()) return true;
    const auto time = session.time(typed);
    if (!time) return false;
    request[field] = to_rfc3339(time->at.value_or(*session.now()));
    return true;
}

void put_text(json::object& request, const char* field, const std::string& text) {
    if (!text.empty()) request[field] = text;
}

}  // namespace

// "now" is the server's to say. An end such as +4h is meant from the start.
bool put_window(Session& session, json::object& request, const WishOptions& wish) {
    std::optional<Instant> start;
    if (!wish.start.empty()) {
        const auto time = session.time(wish.start);
        if (!time) return false;
        start = time->at;
        request["start"] = start ? to_rfc3339(*start) : "now";
    }
    if (!wish.hours.empty()) {
        const auto length = session.length(wish.hours);
        if (!length) return false;
        constexpr double milliseconds_an_hour = 3'600'000.0;
        request["hours"] = static_cast<double>(length->count()) / milliseconds_an_hour;
    }
    if (wish.end.empty()) return true;
    const auto end = session.time(wish.end, wish.end.starts_with('+') ? start : std::nullopt);
    if (!end) return false;
    request["end"] = to_rfc3339(end->at.value_or(*session.now()));
    return true;
}

namespace {

bool says_which_gpus(const WishOptions& wish) {
    return wish.gpus || !wish.gpu_ids.empty() || !wish.model.empty() || wish.min_memory > 0 ||
           !wish.labels.empty() || !wish.spread.empty();
}

bool put_wait(Session& session, json::object& request, const WishOptions& wish) {
    if (wish.latest_start.empty() && !wish.offer) return true;
    if (wish.on_conflict != "wait") {
        session.fail(Exit::usage, "--latest-start and --offer go with --on-conflict wait");
        return false;
    }
    json::object wait{{"mode", wish.offer ? "offer" : "auto"}};
    if (!put_time(session, wait, "latest_start", wish.latest_start)) return false;
    request["wait"] = std::move(wait);
    return true;
}

}  // namespace

std::optional<json::object> request_from(Session& session, const WishOptions& wish) {
    json::object request;
    // A plan's token says which GPUs.
    if (wish.plan.empty() || says_which_gpus(wish)) request["gpus"] = gpus_from(wish);
    if (!put_window(session, request, wish)) return std::nullopt;
    if (!put_time(session, request, "finish_before", wish.before)) return std::nullopt;
    if (!put_wait(session, request, wish)) return std::nullopt;
    put_text(request, "title", wish.title);
    put_text(request, "team", wish.team);
    put_text(request, "priority", wish.priority);
    put_text(request, "on_conflict", wish.on_conflict);
    put_text(request, "plan", wish.plan);
    put_text(request, "reason", wish.reason);
    if (wish.preemptible) request["preemptible"] = *wish.preemptible;
    if (wish.align) request["align"] = true;
    return request;
}

int gpus_asked(const json::object& reservation) {
    const auto* asked = reservation.if_contains("asked");
    if (asked == nullptr || !asked->is_object()) return 1;
    const auto ids = list_of(asked->get_object(), "ids");
    if (!ids.empty()) return static_cast<int>(ids.size());
    const auto* count = asked->get_object().if_contains("count");
    return count != nullptr && count->is_number() ? count->to_number<int>() : 1;
}

namespace {

std::string gpus_text(const json::object& reservation) {
    const auto gpus = list_of(reservation, "gpus");
    const int count = gpus.empty() ? gpus_asked(reservation) : static_cast<int>(gpus.size());
    std::string text = fmt::format("{} GPU{}", count, count == 1 ? "" : "s");
    if (!gpus.empty()) text += " on " + compact_gpus(gpus);
    return text;
}

// What a wait is for, and what its owner is to do about an offer.
std::string wait_text(const json::object& reservation, const SlotGrid& grid) {
    const auto* wait = reservation.if_contains("wait");
    if (wait == nullptr || !wait->is_object()) return "";
    const std::string state = text_of(reservation, "state");
    const std::string id = text_of(reservation, "id");
    if (state == "offered") {
        return fmt::format("\nyours until {} if you say so: berth accept {}",
                           short_time(time_of(wait->get_object(), "answer_by"), grid), id);
    }
    if (state != "waitlisted") return "";
    return fmt::format("\nit waits for a window that begins by {}; berth waitlist shows its place",
                       short_time(time_of(wait->get_object(), "latest_start"), grid));
}

}  // namespace

std::string confirmation(Session& session, const json::object& reservation) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return text_of(reservation, "id");
    return fmt::format(
        "{} {}: {}, {} ({}){}", text_of(reservation, "id"), text_of(reservation, "state"),
        gpus_text(reservation),
        window_text(time_of(reservation, "start"), time_of(reservation, "end"), *grid),
        grid->zone_name(), wait_text(reservation, *grid));
}

}  // namespace berth::cli
