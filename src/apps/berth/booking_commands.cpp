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

// What is typed once to have a job: which GPUs and when, in which container, what.
struct JobOptions {
    WishOptions wish;
    ContainerOptions container;
    std::vector<std::string> words;
    bool is_sure = false;
    bool waits = false;
};

// Books what is wished for, to run `workload`.
Exit book_job(Session& session, const JobOptions& options, json::object workload) {
    if (auto put = put_container(workload, options.container); !put) {
        return session.fail(Exit::usage, put.error());
    }
    const WishOptions wish = wish_of_pods(options.wish, options.container);
    auto request = request_from(session, wish);
    if (!request) return session.exit();
    (*request)["workload"] = std::move(workload);
    return book_or_evict(session, wish, *request, options.waits ? Wait::to_the_end : Wait::no,
                         options.is_sure ? Sure::yes : Sure::no);
}

Exit run_command(Session& session, const JobOptions& options) {
    if (options.words.empty()) {
        return session.fail(Exit::usage, "say what to run, after --: … -- python3 train.py");
    }
    const auto place = place_of_jobs(session);
    if (!place) return session.exit();
    return book_job(session, options, command_workload(options.words, *place));
}

Exit reserve(Session& session, const JobOptions& options) {
    if (!options.words.empty()) return run_command(session, options);
    const auto request = request_from(session, options.wish);
    if (!request) return session.exit();
    return book_or_evict(session, options.wish, *request, Wait::no,
                         options.is_sure ? Sure::yes : Sure::no);
}

Exit train(Session& session, const JobOptions& options) {
    // What is mistyped is said although no server answers.
    if (auto checked = yolo_workload(options.words); !checked) {
        return session.fail(Exit::usage, checked.error());
    }
    const auto place = place_of_jobs(session);
    if (!place) return session.exit();
    return book_job(session, options, yolo_workload(options.words, *place).value());
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

std::shared_ptr<JobOptions> add_job_options(CLI::App& command) {
    auto options = std::make_shared<JobOptions>();
    add_gpu_options(command, options->wish);
    add_window_options(command, options->wish);
    add_rank_options(command, options->wish);
    add_conflict_options(command, options->wish);
    add_container_options(command, options->container);
    command.add_flag("--yes", options->is_sure,
                     "with --on-conflict evict: do not ask, disturb them");
    return options;
}

void add_wait(CLI::App& command, JobOptions& options) {
    command.add_flag("--wait", options.waits, "follow it to its end; 0 only when it completed");
}

void add_train_yolo(CLI::App& train_app, const Choose& chosen) {
    auto* yolo = train_app.add_subcommand("yolo", "an Ultralytics YOLO training");
    yolo->footer(
        "berth train yolo --gpus 4 --hours 20 --start 'wed 20:00' -- model=yolov8l.yaml "
        "data=coco.yaml epochs=100");
    const auto options = add_job_options(*yolo);
    add_wait(*yolo, *options);
    yolo->add_option("arguments", options->words, "Ultralytics' own key=value arguments, after --");
    yolo->callback([=] { chosen([=](Session& session) { return train(session, *options); }); });
}

void add_train_command(CLI::App& train_app, const Choose& chosen) {
    auto* command = train_app.add_subcommand("command", "a training by a program of your own");
    command->footer(
        "berth train command --nodes 2 --gpus-per-node 4 --hours 20 --start now --image "
        "registry.example.org/yolo:8.3 --volume coco:/data:ro -- torchrun train.py");
    const auto options = add_job_options(*command);
    add_wait(*command, *options);
    command->add_option("command", options->words, "what to run, after --");
    command->callback(
        [=] { chosen([=](Session& session) { return run_command(session, *options); }); });
}

}  // namespace

void add_reserve(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("reserve", "book GPUs: a firm yes or no, at once");
    command->footer("berth reserve --gpus 4 --start 'wed 20:00' --hours 32 -- python3 train.py");
    const auto options = add_job_options(*command);
    command->add_option("command", options->words, "what to run, after --");
    command->callback(
        [=] { chosen([=](Session& session) { return reserve(session, *options); }); });
}

void add_train(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("train", "book GPUs for a training");
    command->footer(
        "berth train yolo --gpus 1 --hours 2 --start now -- model=yolov8n.yaml data=coco.yaml");
    command->require_subcommand(1);
    add_train_yolo(*command, chosen);
    add_train_command(*command, chosen);
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
