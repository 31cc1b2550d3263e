// reserve, train and plan: what is wanted, and what is to be had.
#include <fmt/format.h>

#include <filesystem>

#include "apps/berth/commands.hpp"
#include "apps/berth/table.hpp"
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

Exit reserve(Session& session, const WishOptions& wish, const std::vector<std::string>& command) {
    auto request = request_from(session, wish);
    if (!request) return session.exit();
    if (!command.empty()) {
        json::array argv;
        for (const auto& word : command) argv.emplace_back(word);
        // The command is meant as it would run here.
        (*request)["workload"] =
            json::object{{"kind", "command"},
                         {"argv", std::move(argv)},
                         {"workdir", std::filesystem::current_path().string()}};
    }
    return book(session, *request, Wait::no);
}

Exit train(Session& session, const WishOptions& wish, const std::vector<std::string>& arguments,
           Wait wait) {
    auto workload = yolo_workload(arguments);
    if (!workload) return session.fail(Exit::usage, workload.error());
    auto request = request_from(session, wish);
    if (!request) return session.exit();
    (*request)["workload"] = std::move(*workload);
    return book(session, *request, wait);
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
    } else {
        fmt::print("{}\n", text_of(plan, "summary"));
        std::vector<std::vector<std::string>> rows;
        for (const auto& item : plan.at("windows").as_array()) {
            const auto& window = item.as_object();
            rows.push_back({window_text(time_of(window, "start"), time_of(window, "end"), *grid),
                            compact_gpus(list_of(window, "gpus")), text_of(window, "why")});
        }
        fmt::print("{}", format_table(rows));
    }
    return feasible ? Exit::done : Exit::conflict;
}

}  // namespace

void add_reserve(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("reserve", "book GPUs: a firm yes or no, at once");
    command->footer("berth reserve --gpus 4 --start 'wed 20:00' --hours 32 -- python3 train.py");
    auto wish = std::make_shared<WishOptions>();
    auto job = std::make_shared<std::vector<std::string>>();
    add_gpu_options(*command, *wish);
    add_window_options(*command, *wish);
    add_booking_options(*command, *wish);
    command->add_option("command", *job, "what to run, after --");
    command->callback(
        [=] { chosen([=](Session& session) { return reserve(session, *wish, *job); }); });
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
    add_booking_options(*yolo, *wish);
    yolo->add_flag("--wait", *wait, "follow it to its end; 0 only when it completed");
    yolo->add_option("arguments", *arguments, "Ultralytics' own key=value arguments, after --");
    yolo->callback([=] {
        chosen([=](Session& session) {
            return train(session, *wish, *arguments, *wait ? Wait::to_the_end : Wait::no);
        });
    });
}

void add_plan(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("plan", "ask what is possible, without booking");
    command->footer("berth plan --gpus 4 --hours 20 --before 'thu 10:00'");
    auto wish = std::make_shared<WishOptions>();
    add_gpu_options(*command, *wish);
    add_window_options(*command, *wish);
    command->add_option("--before", wish->before, "the deadline: it must be finished by then");
    command->callback([=] { chosen([=](Session& session) { return plan(session, *wish); }); });
}

}  // namespace berth::cli
