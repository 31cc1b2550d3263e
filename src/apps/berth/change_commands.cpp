// extend, shorten, move, rename: a reservation as it should be instead.
#include <fmt/format.h>

#include "apps/berth/change_text.hpp"
#include "apps/berth/commands.hpp"
#include "apps/berth/table.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

struct ChangeOptions {
    std::string id;
    std::string length;              // extend, shorten
    std::string to;                  // the same, as a time
    std::vector<std::string> title;  // rename: its words
    WishOptions wish;                // move
    bool counts_gpus = false;        // move: some GPU option was given
    std::string reason;
    bool align = false;
    std::uint64_t revision = 0;  // 0: the one just read
};

std::string path_of(const std::string& id) {
    return "/api/v1/reservations/" + url_encoded(id);
}

// Somebody changed it between our look and our change: what they made of it.
void say_what_changed(Session& session, const std::string& id) {
    const SlotGrid* grid = session.grid();
    const auto answer = session.ask("GET", path_of(id));
    if (grid == nullptr || !answer || session.wants_json()) return;
    const auto& reservation = answer->as_object();
    fmt::print(stderr, "{}\n", changed_meanwhile(reservation, *grid));
}

// Sends the change for the reservation as it was just read. Returns what it is now.
std::optional<json::object> change(Session& session, const ChangeOptions& options,
                                   const json::object& before, json::object body) {
    if (!options.reason.empty()) body["reason"] = options.reason;
    if (options.align) body["align"] = true;
    session.suggest_with([id = options.id, before](const json::object& window) {
        return command_for_change(id, before, window);
    });
    const std::string revision =
        options.revision > 0 ? std::to_string(options.revision) : text_of(before, "revision");
    const auto answer = session.send("PATCH", path_of(options.id), json::value(std::move(body)),
                                     {{"If-Match", "\"" + revision + "\""}});
    if (!answer) return std::nullopt;
    if (answer->status >= 200 && answer->status < 300) {
        const auto document = session.document_of(*answer);
        return document ? std::optional(document->as_object()) : std::nullopt;
    }
    session.explain(*answer);
    if (answer->status == 412) {
        const Exit kept = session.exit();
        say_what_changed(session, options.id);
        session.set_exit(kept);
    }
    return std::nullopt;
}

using MakeBody = std::function<std::optional<json::object>(Session&, const json::object& before)>;

Exit change_to(Session& session, const ChangeOptions& options, const MakeBody& make_body) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto found = session.ask("GET", path_of(options.id));
    if (!found) return session.exit();
    const auto& before = found->as_object();
    auto body = make_body(session, before);
    if (!body) return session.exit();
    const auto after = change(session, options, before, std::move(*body));
    if (!after) return session.exit();
    if (session.wants_json()) {
        session.print_json(*after);
    } else {
        fmt::print("{}\n", change_text(before, *after, *grid));
    }
    return Exit::done;
}

// The end that is meant: by a length from the present one, or as a time.
std::optional<Instant> end_meant(Session& session, const ChangeOptions& options, Instant end,
                                 Towards towards) {
    if (options.length.empty() == options.to.empty()) {
        session.fail(Exit::usage, "say by how much, such as 4h, or --to when: one of the two");
        return std::nullopt;
    }
    if (!options.to.empty()) {
        const auto time = session.time(options.to);
        if (!time) return std::nullopt;
        return time->at ? time->at : session.now();
    }
    const auto length = session.length(options.length);
    if (!length) return std::nullopt;
    return towards == Towards::later ? end + *length : end - *length;
}

Exit move_end(Session& session, const ChangeOptions& options, Towards towards) {
    return change_to(session, options,
                     [&](Session& with, const json::object& before) -> std::optional<json::object> {
                         const Instant end = time_of(before, "end");
                         const auto meant = end_meant(with, options, end, towards);
                         if (!meant) return std::nullopt;
                         if (const auto wrong = wrong_way(before, *meant, towards, *with.grid())) {
                             with.fail(Exit::usage, *wrong);
                             return std::nullopt;
                         }
                         return json::object{{"end", to_rfc3339(*meant)}};
                     });
}

Exit move(Session& session, const ChangeOptions& options) {
    return change_to(
        session, options, [&](Session& with, const json::object&) -> std::optional<json::object> {
            json::object body;
            if (!put_window(with, body, options.wish)) return std::nullopt;
            if (options.counts_gpus) body["gpus"] = gpus_from(options.wish);
            if (!body.empty()) return body;
            with.fail(Exit::usage, "say where to: --start, --hours or --end, --gpus or --gpu");
            return std::nullopt;
        });
}

Exit rename(Session& session, const ChangeOptions& options) {
    return change_to(session, options, [&](Session&, const json::object&) {
        return std::optional(
            json::object{{"title", fmt::format("{}", fmt::join(options.title, " "))}});
    });
}

using Options = std::shared_ptr<ChangeOptions>;

CLI::App* add_change(CLI::App& app, const char* name, const char* help, const char* example,
                     const Options& options) {
    auto* command = app.add_subcommand(name, help);
    command->footer(example);
    command->add_option("id", options->id, "such as r-17")->required();
    command->add_option("--reason", options->reason, "why, for the record");
    command->add_option("--revision", options->revision,
                        "only if it is still at this revision, as show --json has it");
    return command;
}

void add_end_change(CLI::App& app, const Choose& chosen, const char* name, const char* help,
                    const char* example, Towards towards) {
    auto options = std::make_shared<ChangeOptions>();
    auto* command = add_change(app, name, help, example, options);
    command->add_option("length", options->length, "by how much: 4h, 90m, 1d12h");
    command->add_option("--to", options->to, "its new end instead: 'wed 20:00'");
    command->add_flag("--align", options->align, "widen the times to the slot grid");
    command->callback(
        [=] { chosen([=](Session& session) { return move_end(session, *options, towards); }); });
}

void add_move(CLI::App& app, const Choose& chosen) {
    auto options = std::make_shared<ChangeOptions>();
    auto* command = add_change(app, "move", "to another time, to other GPUs, or both at once",
                               "berth move r-1 --start 'thu 20:00' --gpus 4 --model A100", options);
    WishOptions& wish = options->wish;
    add_window_options(*command, wish);
    const auto* count = command->add_option("--gpus", wish.gpus, "how many GPUs");
    const auto* model = command->add_option("--model", wish.model, "only of this model");
    const auto* memory =
        command->add_option("--min-memory", wish.min_memory, "at least so many GB each");
    const auto* label =
        command->add_option("--label", wish.labels, "only with this label: rack=r1");
    const auto* spread =
        command->add_option("--spread", wish.spread, "same_node (the default), any, same:LABEL");
    const auto* ids = command->add_option("--gpu", wish.gpu_ids, "exactly these: node1/0,node1/1")
                          ->delimiter(',');
    command->add_flag("--align", options->align, "widen the times to the slot grid");
    command->callback([=] {
        for (const auto* option : {count, model, memory, label, spread, ids}) {
            options->counts_gpus = options->counts_gpus || option->count() > 0;
        }
        chosen([=](Session& session) { return move(session, *options); });
    });
}

}  // namespace

void add_changes(CLI::App& app, const Choose& chosen) {
    add_end_change(app, chosen, "extend", "move a reservation's end later",
                   "berth extend r-1 4h --reason 'five more epochs'", Towards::later);
    add_end_change(app, chosen, "shorten", "move a reservation's end earlier",
                   "berth shorten r-1 --to 'thu 8:00'", Towards::earlier);
    add_move(app, chosen);
    auto options = std::make_shared<ChangeOptions>();
    auto* command = add_change(app, "rename", "give a reservation another title",
                               "berth rename r-1 'yolov8l, second try'", options);
    command->add_option("title", options->title, "the new title")->required();
    command->callback([=] { chosen([=](Session& session) { return rename(session, *options); }); });
}

}  // namespace berth::cli
