// queue: work under one slot, which runs in the gaps between reservations.
#include <fmt/format.h>

#include "apps/berth/commands.hpp"
#include "apps/berth/item_table.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/times.hpp"
#include "apps/berth/wish.hpp"
#include "apps/berth/workload_arguments.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

std::string planned_text(const json::object& job, const SlotGrid& grid) {
    if (!text_of(job, "started_at").empty()) {
        return "since " + short_time(time_of(job, "started_at"), grid);
    }
    if (text_of(job, "position").empty()) return "";
    const std::string planned = text_of(job, "planned_start");
    return planned.empty() ? "no gap is in sight"
                           : "by " + short_time(time_of(job, "planned_start"), grid);
}

Cells cells_of(const json::object& job, const SlotGrid& grid) {
    const auto gpus = list_of(job, "gpus");
    return {text_of(job, "position"),
            text_of(job, "id"),
            text_of(job, "state"),
            text_of(job, "owner"),
            text_of(job, "team"),
            text_of(job, "priority"),
            gpus.empty() ? std::to_string(gpus_asked(job)) : compact_gpus(gpus),
            text_of(job, "limit_minutes"),
            planned_text(job, grid),
            text_of(job, "title")};
}

Exit list(Session& session) {
    return print_items(session, {.path = "/api/v1/queue",
                                 .heads = {"#", "ID", "STATE", "OWNER", "TEAM", "PRIORITY", "GPUS",
                                           "MINUTES", "STARTS", "TITLE"},
                                 .cells = cells_of,
                                 .none = "the queue is empty"});
}

struct JobOptions {
    WishOptions wish;
    ContainerOptions container;
    double minutes = 0;
    std::vector<std::string> command;
};

Exit add(Session& session, const JobOptions& options) {
    if (options.command.empty()) {
        return session.fail(Exit::usage, "say what to run, after --: berth queue add … -- ./job");
    }
    const auto place = place_of_jobs(session);
    if (!place) return session.exit();
    json::object workload = command_workload(options.command, *place);
    if (auto put = put_container(workload, options.container); !put) {
        return session.fail(Exit::usage, put.error());
    }
    const WishOptions wish = wish_of_pods(options.wish, options.container);
    json::object request{
        {"gpus", gpus_from(wish)}, {"minutes", options.minutes}, {"workload", std::move(workload)}};
    for (const auto& [field, text] :
         {std::pair{"title", &wish.title}, std::pair{"team", &wish.team},
          std::pair{"priority", &wish.priority}, std::pair{"reason", &wish.reason}}) {
        if (!text->empty()) request[field] = *text;
    }
    if (wish.preemptible) request["preemptible"] = *wish.preemptible;
    const auto answer = session.ask("POST", "/api/v1/queue", json::value(std::move(request)));
    if (!answer) return session.exit();
    if (session.wants_json()) {
        session.print_json(*answer);
        return Exit::done;
    }
    const auto& job = answer->as_object();
    const auto gpus = gpus_asked(job);
    fmt::print("{} is {}: {} {} for at most {} minutes; berth queue shows when it starts\n",
               text_of(job, "id"), text_of(job, "state"), gpus, gpus == 1 ? "GPU" : "GPUs",
               text_of(job, "limit_minutes"));
    return Exit::done;
}

Exit cancel(Session& session, const std::string& id, const std::string& reason) {
    Headers headers;
    if (!reason.empty()) headers["X-Berth-Reason"] = reason;
    const auto answer =
        session.ask_raw("DELETE", "/api/v1/queue/" + url_encoded(id), std::nullopt, headers);
    if (!answer) return session.exit();
    const auto document = session.document_of(*answer);
    if (!document) return session.exit();
    if (session.wants_json()) {
        session.print_json(*document);
    } else {
        fmt::print("{} is {}\n", id, text_of(document->as_object(), "state"));
    }
    return Exit::done;
}

void add_add(CLI::App& queue, const Choose& chosen) {
    auto options = std::make_shared<JobOptions>();
    auto* command = queue.add_subcommand("add", "queue a job");
    command->footer("berth queue add --gpus 1 --minutes 30 -- python3 evaluate.py");
    add_gpu_options(*command, options->wish);
    command->add_option("--minutes", options->minutes, "its limit: it is stopped then")->required();
    add_rank_options(*command, options->wish);
    command->remove_option(command->get_option("--align"));
    add_container_options(*command, options->container);
    command->add_option("command", options->command, "what to run, after --");
    command->callback([=] { chosen([=](Session& session) { return add(session, *options); }); });
}

void add_cancel(CLI::App& queue, const Choose& chosen) {
    auto id = std::make_shared<std::string>();
    auto reason = std::make_shared<std::string>();
    auto* command = queue.add_subcommand("cancel", "take a job out of the queue, or stop it");
    command->footer("berth queue cancel q-3");
    command->add_option("id", *id, "such as q-3")->required();
    command->add_option("--reason", *reason, "why, for the record");
    command->callback(
        [=] { chosen([=](Session& session) { return cancel(session, *id, *reason); }); });
}

}  // namespace

void add_queue(CLI::App& app, const Choose& chosen) {
    auto* queue = app.add_subcommand("queue", "short jobs, which run in the gaps: who is next");
    queue->footer("berth queue");
    add_add(*queue, chosen);
    auto* listing = queue->add_subcommand("ls", "the queue, in its order");
    listing->footer("berth queue ls");
    listing->callback([=] { chosen(list); });
    add_cancel(*queue, chosen);
    queue->callback([=] {
        if (queue->get_subcommands().empty()) chosen(list);
    });
}

}  // namespace berth::cli
