// waitlist: who waits for a window, in the order in which they are served.
#include "apps/berth/commands.hpp"
#include "apps/berth/item_table.hpp"
#include "apps/berth/times.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

std::string until_text(const json::object& entry, const SlotGrid& grid) {
    const auto* found = entry.if_contains("wait");
    if (found == nullptr || !found->is_object()) return "any, as soon as there is one";
    const auto& wait = found->get_object();
    if (text_of(entry, "state") == "offered") {
        return "to be answered by " + short_time(time_of(wait, "answer_by"), grid);
    }
    return "begins by " + short_time(time_of(wait, "latest_start"), grid);
}

Cells cells_of(const json::object& entry, const SlotGrid& grid) {
    return {text_of(entry, "position"),
            text_of(entry, "id"),
            text_of(entry, "state"),
            text_of(entry, "owner"),
            text_of(entry, "team"),
            text_of(entry, "priority"),
            std::to_string(gpus_asked(entry)),
            window_text(time_of(entry, "start"), time_of(entry, "end"), grid),
            until_text(entry, grid),
            text_of(entry, "title")};
}

Exit waitlist(Session& session) {
    return print_items(session, {.path = "/api/v1/waitlist",
                                 .heads = {"#", "ID", "STATE", "OWNER", "TEAM", "PRIORITY", "GPUS",
                                           "WISH", "WINDOW", "TITLE"},
                                 .cells = cells_of,
                                 .none = "nobody waits"});
}

}  // namespace

void add_waitlist(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("waitlist", "who waits for a window, and who is next");
    command->footer("berth waitlist");
    command->callback([=] { chosen(waitlist); });
}

}  // namespace berth::cli
