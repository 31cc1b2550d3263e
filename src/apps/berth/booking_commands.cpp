// reserve, train and plan: what is wanted, and what is to be had.
#include <fmt/format.h>

#include "apps/berth/commands.hpp"
#include "apps/berth/plan_text.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/terminal.hpp"
#include "apps/berth/watch.hpp"
#include "apps/berth/wish.hpp"
#include "apps/berth/workload_arguments.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

enum class Wait { no, to_the_end };

Exit book(Session& session, const json::object& request, Wait wait) {
    const auto answer = session.ask("POST", "/api/v1/reservations", request);
    if (!answer) return session.exit();
    const auto& reservation = answer->as_object();
    if (session.wants_json()) {
        session.print_json(*answer);
    } else {
        fmt::print("{}\n", confirmation(session, reservation));
        std::fflush(stdout);
    }
    if (wait == Wait::no) return Exit::done;
    return watch_to_the_end(session, text_of(reservation, "id"));
}

json::object booking_of(const json::object& eviction) {
    return {{"plan", eviction.at("plan")}};
}

// Why nobody would be disturbed for it.
Exit say_why_not(Session& session, const json::object& plan) {
    const auto* refused = plan.if_contains("eviction_refused");
    if (refused == nullptr || !refused->is_object()) {
        return session.fail(Exit::conflict, text_of(plan, "summary"));
    }
    const auto& why = refused->get_object();
    constexpr long http_conflict = 409;
    return session.fail(exit_for(http_conflict, text_of(why, "code")), text_of(why, "detail"));
}

enum class Sure { no, yes };

// Whoever disturbs others has seen whom.
Exit book_by_evicting(Session& session, const json::object& request, Wait wait, Sure sure) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto answer = session.ask("POST", "/api/v1/plan", request);
    if (!answer) return session.exit();
    const auto& plan = answer->as_object();
    if (plan.at("feasible").as_bool()) return book(session, request, wait);
    const auto* found = plan.if_contains("eviction");
    if (found == nullptr || !found->is_object()) return say_why_not(session, plan);
    const auto& eviction = found->get_object();
    if (sure == Sure::yes) return book(session, booking_of(eviction), wait);
    if (session.wants_json()) {
        session.print_json(*answer);
        return Exit::refused;
    }
    fmt::print("{}", eviction_text(eviction, *grid));
    if (!somebody_is_there()) {
        fmt::print(
            "nothing is booked yet; within a minute, do it with:\n  berth reserve --plan {}\n",
            text_of(eviction, "plan"));
        return Exit::refused;
    }
    if (!says_yes("Disturb them?")) return Exit::refused;
    return book(session, booking_of(eviction), wait);
}

Exit book_or_evict(Session& session, const WishOptions& wish, const json::object& request,
                   Wait wait, Sure sure) {
    const bool evicts = wish.on_conflict == "evict" && wish.plan.empty();
    return evicts ? book_by_evicting(session, request, wait, sure) : book(session, request, wait);
}

Exit reserve(Session& session, const WishOptions& wish, const std::vector<std::string>& command,
             Sure sure) {
    auto request = request_from(session, wish);
    if (!request) return session.exit();
    if (!command.empty()) (*request)["workload"] = command_workload(command);
    return book_or_evict(session, wish, *request, Wait::no, sure);
}

Exit train(Session& session, const WishOptions& wish, const std::vector<std::string>& arguments,
           Wait wait, Sure sure) {
    auto workload = yolo_workload(arguments);
    if (!workload) return session.fail(Exit::usage, workload.error());
    auto request = request_from(session, wish);
    if (!request) return session.exit();
    (*request)["workload"] = std::move(*workload);
    return book_or_evict(session, wish, *request, wait, sure);
}

// The window that can be had as it was asked for, or the nearest.
void say_how_to_book(const json::object& plan) {
    for (const auto& item : plan.at("windows").as_array()) {
        const auto& window = item.as_object();
        const std::string token = text_of(window, "plan");
        if (token.empty() || text_of(window, "kind") == "evict") continue;
        fmt::print("within a minute, book the first with:\n  berth reserve --plan {}\n", token);
        return;
    }
}

Exit offer_eviction(Session& session, const json::object& plan, const SlotGrid& grid) {
    const auto* found = plan.if_contains("eviction");
    if (found == nullptr || !found->is_object()) {
        const auto* refused = plan.if_contains("eviction_refused");
        if (refused != nullptr && refused->is_object()) {
            fmt::print("and nobody can be disturbed for it: {}\n",
                       text_of(refused->get_object(), "detail"));
        }
        return Exit::conflict;
    }
    const auto& eviction = found->get_object();
    fmt::print("{}", eviction_text(eviction, grid));
    if (somebody_is_there() && says_yes("Book it, and disturb them?")) {
        return book(session, booking_of(eviction), Wait::no);
    }
    fmt::print("within a minute, do that with:\n  berth reserve --plan {}\n",
               text_of(eviction, "plan"));
    return Exit::conflict;
}

Exit plan(Session& session, const WishOptions& wish) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto request = request_from(session, wish);
    if (!request) return session.exit();
    const auto answer = session.ask("POST", "/api/v1/plan", *request);
    if (!answer) return session.exit();
    const auto& plan = answer->as_object();
    const bool feasible = plan.at("feasible").as_bool();
    if (session.wants_json()) {
        session.print_json(*answer);
        return feasible ? Exit::done : Exit::conflict;
    }
    fmt::print("{}\n", text_of(plan, "summary"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& item : plan.at("windows").as_array()) {
        const auto& window = item.as_object();
        rows.push_back({window_text(time_of(window, "start"), time_of(window, "end"), *grid),
                        compact_gpus(list_of(window, "gpus")), text_of(window, "why")});
    }
    fmt::print("{}", format_table(rows));
    say_how_to_book(plan);
    return feasible ? Exit::done : offer_eviction(session, plan, *grid);
}

std::shared_ptr<bool> add_yes(CLI::App& command) {
    auto sure = std::make_shared<bool>(false);
    command.add_flag("--yes", *sure, "with --on-conflict evict: do not ask, disturb them");
    return sure;
}

}  // namespace

void add_reserve(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("reserve", "book GPUs: a firm yes or no, at once");
    command->footer("berth reserve --gpus 4 --start 'wed 20:00' --hours 32 -- python3 train.py");
    auto wish = std::make_shared<WishOptions>();
    auto job = std::make_shared<std::vector<std::string>>();
    add_gpu_options(*command, *wish);
    add_window_options(*command, *wish);
    add_rank_options(*command, *wish);
    add_conflict_options(*command, *wish);
    auto sure = add_yes(*command);
    command->add_option("command", *job, "what to run, after --");
    command->callback([=] {
        chosen([=](Session& session) {
            return reserve(session, *wish, *job, *sure ? Sure::yes : Sure::no);
        });
    });
}

void add_train(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("train", "book GPUs for a training");
    command->footer(
        "berth train yolo --gpus 1 --hours 2 --start now -- model=yolov8n.yaml data=coco.yaml");
    auto* yolo = command->add_subcommand("yolo", "an Ultralytics YOLO training");
    command->require_subcommand(1);
    yolo->footer(
        "berth train yolo --gpus 4 --hours 20 --start 'wed 20:00' -- model=yolov8l.yaml "
        "data=coco.yaml epochs=100");
    auto wish = std::make_shared<WishOptions>();
    auto arguments = std::make_shared<std::vector<std::string>>();
    auto wait = std::make_shared<bool>(false);
    add_gpu_options(*yolo, *wish);
    add_window_options(*yolo, *wish);
    add_rank_options(*yolo, *wish);
    add_conflict_options(*yolo, *wish);
    auto sure = add_yes(*yolo);
    yolo->add_flag("--wait", *wait, "follow it to its end; 0 only when it completed");
    yolo->add_option("arguments", *arguments, "Ultralytics' own key=value arguments, after --");
    yolo->callback([=] {
        chosen([=](Session& session) {
            return train(session, *wish, *arguments, *wait ? Wait::to_the_end : Wait::no,
                         *sure ? Sure::yes : Sure::no);
        });
    });
}

void add_plan(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("plan", "ask what is possible, without booking");
    command->footer("berth plan --gpus 4 --hours 20 --before 'thu 10:00'");
    auto wish = std::make_shared<WishOptions>();
    add_gpu_options(*command, *wish);
    add_window_options(*command, *wish);
    add_rank_options(*command, *wish);
    command->add_option("--before", wish->before, "the deadline: it must be finished by then");
    command->callback([=] { chosen([=](Session& session) { return plan(session, *wish); }); });
}

}  // namespace berth::cli
