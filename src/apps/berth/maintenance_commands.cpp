// maintenance: GPUs that are to be left alone for a while, or that have failed.
#include <fmt/format.h>

#include "apps/berth/commands.hpp"
#include "apps/berth/item_table.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/times.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

Cells cells_of(const json::object& one, const SlotGrid& grid) {
    return {text_of(one, "id"),
            text_of(one, "state"),
            text_of(one, "owner"),
            compact_gpus(list_of(one, "gpus")),
            window_text(time_of(one, "start"), time_of(one, "end"), grid),
            text_of(one, "title")};
}

Exit list(Session& session) {
    return print_items(session, {.path = "/api/v1/maintenance",
                                 .heads = {"ID", "STATE", "BY", "GPUS", "WINDOW", "TITLE"},
                                 .cells = cells_of,
                                 .none = "none is planned"});
}

struct MaintenanceOptions {
    std::vector<std::string> nodes;
    std::vector<std::string> gpus;
    WishOptions window;
    bool displace = false;
};

json::array array_of(const std::vector<std::string>& words) {
    return json::array(words.begin(), words.end());
}

Exit add(Session& session, const MaintenanceOptions& options) {
    json::object request;
    if (!options.nodes.empty()) request["nodes"] = array_of(options.nodes);
    if (!options.gpus.empty()) request["gpus"] = array_of(options.gpus);
    if (!put_window(session, request, options.window)) return session.exit();
    if (options.window.align) request["align"] = true;
    if (options.displace) request["displace"] = true;
    if (!options.window.reason.empty()) request["reason"] = options.window.reason;
    const auto answer = session.ask("POST", "/api/v1/maintenance", json::value(std::move(request)));
    if (!answer) return session.exit();
    if (session.wants_json()) {
        session.print_json(*answer);
    } else {
        fmt::print("{}\nberth cancel {} ends it early\n",
                   confirmation(session, answer->as_object()), text_of(answer->as_object(), "id"));
    }
    return Exit::done;
}

Exit report(Session& session, const std::vector<std::string>& gpus, const char* health,
            const std::string& reason) {
    json::object body{{"gpus", array_of(gpus)}, {"health", health}};
    if (!reason.empty()) body["reason"] = reason;
    const auto answer = session.ask("POST", "/api/v1/fleet/health", json::value(std::move(body)));
    if (!answer) return session.exit();
    if (session.wants_json()) {
        session.print_json(*answer);
    } else {
        fmt::print("{}: {}\n", compact_gpus(gpus), health);
    }
    return Exit::done;
}

void add_add(CLI::App& maintenance, const Choose& chosen) {
    auto options = std::make_shared<MaintenanceOptions>();
    auto* command = maintenance.add_subcommand("add", "leave GPUs alone for a while");
    command->footer("berth maintenance add --node node1 --start 'sun 8:00' --hours 4");
    command->add_option("--node", options->nodes, "all GPUs of these nodes: node1,node2")
        ->delimiter(',');
    command->add_option("--gpu", options->gpus, "these GPUs: node1/0,node1/1")->delimiter(',');
    add_window_options(*command, options->window);
    command->add_flag("--align", options->window.align, "widen the times to the slot grid");
    command->add_flag("--displace", options->displace,
                      "book again later what cannot be moved, and give notice to what runs");
    command->add_option("--reason", options->window.reason, "why, for the record");
    command->callback([=] { chosen([=](Session& session) { return add(session, *options); }); });
}

void add_report(CLI::App& maintenance, const Choose& chosen, const char* name, const char* health,
                const char* help, const char* example) {
    auto gpus = std::make_shared<std::vector<std::string>>();
    auto reason = std::make_shared<std::string>();
    auto* command = maintenance.add_subcommand(name, help);
    command->footer(example);
    command->add_option("gpus", *gpus, "such as node1/0")->required();
    command->add_option("--reason", *reason, "why, for the record");
    command->callback(
        [=] { chosen([=](Session& session) { return report(session, *gpus, health, *reason); }); });
}

}  // namespace

void add_maintenance(CLI::App& app, const Choose& chosen) {
    auto* command =
        app.add_subcommand("maintenance", "GPUs that are out of use, and will be, for operators");
    command->footer("berth maintenance");
    add_add(*command, chosen);
    auto* listing = command->add_subcommand("ls", "what is planned or under way");
    listing->footer("berth maintenance ls");
    listing->callback([=] { chosen(list); });
    add_report(*command, chosen, "down", "down", "say that GPUs have failed",
               "berth maintenance down node1/0 --reason 'ECC errors'");
    add_report(*command, chosen, "up", "healthy", "say that GPUs are whole again",
               "berth maintenance up node1/0");
    command->callback([=] {
        if (command->get_subcommands().empty()) chosen(list);
    });
}

}  // namespace berth::cli
