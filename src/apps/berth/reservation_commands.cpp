// ls, show, cancel, release, logs: what became of reservations.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "apps/berth/commands.hpp"
#include "apps/berth/listing.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds look_every{500};

std::string path_of(const std::string& id, const std::string& rest = "") {
    return "/api/v1/reservations/" + url_encoded(id) + rest;
}

std::string progress_text(const json::object& reservation) {
    const auto* progress = reservation.if_contains("progress");
    if (progress == nullptr || !progress->is_object()) return "";
    const auto& object = progress->get_object();
    if (!object.contains("epochs")) return "";
    return text_of(object, "epoch") + "/" + text_of(object, "epochs");
}

// Times as people type them become what the server reads.
bool resolve(Session& session, std::string& typed) {
    auto time = session.day_or_time(typed);
    if (time) typed = std::move(*time);
    return time.has_value();
}

Exit list(Session& session, ListOptions options) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    if (!resolve(session, options.from) || !resolve(session, options.to)) return session.exit();
    const auto items = list_reservations(session, options);
    if (!items) return session.exit();
    if (session.wants_json()) {
        session.print_json(*items);
        return Exit::done;
    }
    std::vector<std::vector<std::string>> rows{
        {"ID", "STATE", "OWNER", "TEAM", "GPUS", "WINDOW", "EPOCH", "TITLE"}};
    for (const auto& item : *items) {
        const auto& r = item.as_object();
        rows.push_back({text_of(r, "id"), text_of(r, "state"), text_of(r, "owner"),
                        text_of(r, "team"), compact_gpus(list_of(r, "gpus")),
                        window_text(time_of(r, "start"), time_of(r, "end"), *grid),
                        progress_text(r), text_of(r, "title")});
    }
    fmt::print("{}", rows.size() > 1 ? format_table(rows) : "nothing is booked\n");
    return Exit::done;
}

// What may still happen to it, or has been told.
std::vector<std::vector<std::string>> promise_rows(const json::object& r, const SlotGrid& grid) {
    std::vector<std::vector<std::string>> rows;
    const auto inner = [&](const char* field) -> const json::object* {
        const auto* value = r.if_contains(field);
        return value != nullptr ? value->if_object() : nullptr;
    };
    if (const auto* notice = inner("notice")) {
        rows.push_back({"  must leave by",
                        fmt::format("{} ({})", short_time(time_of(*notice, "deadline"), grid),
                                    text_of(*notice, "kind"))});
    }
    if (const auto* eviction = inner("eviction")) {
        rows.push_back(
            {"  makes room for", fmt::format("{} at {}", text_of(*eviction, "by"),
                                             short_time(time_of(*eviction, "at"), grid))});
    }
    if (const auto* next = inner("next_holder")) {
        rows.push_back(
            {"  comes after it", fmt::format("{} from {}", text_of(*next, "id"),
                                             short_time(time_of(*next, "start"), grid))});
    }
    if (const auto* to = inner("transfer")) {
        rows.push_back({"  offered to", text_of(*to, "to_user") + " " + text_of(*to, "to_team")});
    }
    for (const auto& [field, label] :
         {std::pair{"continues", "  continues"}, std::pair{"continued_by", "  continued by"},
          std::pair{"trouble", "  trouble"}}) {
        if (!text_of(r, field).empty()) rows.push_back({label, text_of(r, field)});
    }
    return rows;
}

Exit show(Session& session, const std::string& id) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto answer = session.ask("GET", path_of(id));
    if (!answer) return session.exit();
    if (session.wants_json()) {
        session.print_json(*answer);
        return Exit::done;
    }
    const auto& r = answer->as_object();
    fmt::print("{}\n", confirmation(session, r));
    std::vector<std::vector<std::string>> rows;
    for (const char* field :
         {"title", "owner", "team", "priority", "preemptible", "attempt", "exit_code", "detail"}) {
        if (!text_of(r, field).empty())
            rows.push_back({std::string("  ") + field, text_of(r, field)});
    }
    if (const auto progress = progress_text(r); !progress.empty()) {
        rows.push_back({"  epoch", progress});
    }
    for (auto& row : promise_rows(r, *grid)) rows.push_back(std::move(row));
    fmt::print("{}", format_table(rows));
    for (const auto& item : r.at("preflight").as_array()) {
        const auto& finding = item.as_object();
        fmt::print("  {} {}: {}\n", finding.at("ok").as_bool() ? "ok" : "WOULD FAIL",
                   text_of(finding, "check"), text_of(finding, "message"));
    }
    rows.clear();
    for (const auto& item : r.at("history").as_array()) {
        const auto& row = item.as_object();
        rows.push_back({"  " + short_time(time_of(row, "time"), *grid), text_of(row, "actor"),
                        text_of(row, "kind"), text_of(row, "reason")});
    }
    fmt::print("{}", format_table(rows));
    return Exit::done;
}

Exit end(Session& session, const std::string& id, const char* how, const std::string& reason) {
    json::object body;
    if (!reason.empty()) body["reason"] = reason;
    const auto answer = session.ask("POST", path_of(id, std::string("/") + how), body);
    if (!answer) return session.exit();
    if (session.wants_json()) {
        session.print_json(*answer);
    } else {
        fmt::print("{} is {}\n", id, text_of(answer->as_object(), "state"));
    }
    return Exit::done;
}

enum class Follow { no, yes };

bool has_ended(Session& session, const std::string& id) {
    const auto answer = session.ask("GET", path_of(id));
    return !answer || !text_of(answer->as_object(), "ended_at").empty();
}

Exit logs(Session& session, const std::string& id, Follow follow) {
    std::size_t offset = 0;
    while (true) {
        // Whether it has ended is asked first, so that what came last is not missed.
        const bool last_look = follow == Follow::no || has_ended(session, id);
        const auto answer =
            session.ask_raw("GET", path_of(id, fmt::format("/log?offset={}", offset)));
        if (!answer) return session.exit();
        std::fwrite(answer->body.data(), 1, answer->body.size(), stdout);
        std::fflush(stdout);
        offset += answer->body.size();
        if (answer->body.empty() && last_look) return Exit::done;
        if (answer->body.empty()) std::this_thread::sleep_for(look_every);
    }
}

}  // namespace

void add_ls(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("ls", "what is booked");
    command->footer("berth ls --from today --to 'fri 18:00' --team vision");
    auto options = std::make_shared<ListOptions>();
    command->add_option("--state", options->state, "only in this state");
    command->add_option("--owner", options->owner, "only of this person");
    command->add_option("--team", options->team, "only of this team");
    command->add_option("--gpu", options->gpu, "only on this GPU");
    command->add_option("--from", options->from, "only what ends after this time");
    command->add_option("--to", options->to, "only what begins before this time");
    command->callback([=] { chosen([=](Session& session) { return list(session, *options); }); });
}

void add_show(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("show", "one reservation, with its history");
    command->footer("berth show r-1");
    auto id = std::make_shared<std::string>();
    command->add_option("id", *id, "such as r-17")->required();
    command->callback([=] { chosen([=](Session& session) { return show(session, *id); }); });
}

void add_cancel_and_release(CLI::App& app, const Choose& chosen) {
    const auto add = [&](const char* how, const char* help, const char* example) {
        auto* command = app.add_subcommand(how, help);
        command->footer(example);
        auto id = std::make_shared<std::string>();
        auto reason = std::make_shared<std::string>();
        command->add_option("id", *id, "such as r-17")->required();
        command->add_option("--reason", *reason, "why, for the record");
        command->callback(
            [=] { chosen([=](Session& session) { return end(session, *id, how, *reason); }); });
    };
    add("cancel", "give a reservation back", "berth cancel r-1 --reason 'not needed'");
    add("release", "say that a running one is done, and free the rest of its window",
        "berth release r-1");
}

void add_logs(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("logs", "what a job printed");
    command->footer("berth logs r-1 --follow");
    auto id = std::make_shared<std::string>();
    auto follow = std::make_shared<bool>(false);
    command->add_option("id", *id, "such as r-17")->required();
    command->add_flag("-f,--follow", *follow, "go on until it ends");
    command->callback([=] {
        chosen([=](Session& session) {
            return logs(session, *id, *follow ? Follow::yes : Follow::no);
        });
    });
}

}  // namespace berth::cli
