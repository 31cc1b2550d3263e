// transfer, accept, decline, check-in: what the people around a reservation say to it.
#include <fmt/format.h>

#include "apps/berth/commands.hpp"
#include "apps/berth/times.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

struct Word {
    std::string id;
    std::string reason;
    std::string to_user;
    std::string to_team;
    std::uint64_t revision = 0;  // 0: whatever it is at
};

// What it is then; nothing when it was refused, which has been said.
std::optional<json::object> say(Session& session, const Word& word, const char* what,
                                json::object body) {
    if (!word.reason.empty()) body["reason"] = word.reason;
    Headers headers;
    if (word.revision > 0) headers["If-Match"] = fmt::format("\"{}\"", word.revision);
    const auto answer = session.ask_raw(
        "POST", fmt::format("/api/v1/reservations/{}/{}", url_encoded(word.id), what),
        json::value(std::move(body)), headers);
    if (!answer) return std::nullopt;
    const auto document = session.document_of(*answer);
    if (!document) return std::nullopt;
    if (session.wants_json()) session.print_json(*document);
    return document->as_object();
}

std::string whose(const json::object& reservation) {
    const std::string team = text_of(reservation, "team");
    return text_of(reservation, "owner") + (team.empty() ? "" : " of " + team);
}

Exit transfer(Session& session, const Word& word) {
    if (word.to_user.empty() && word.to_team.empty()) {
        return session.fail(Exit::usage, "say to whom: --to-user bob, --to-team vision, or both");
    }
    json::object body;
    if (!word.to_user.empty()) body["to_user"] = word.to_user;
    if (!word.to_team.empty()) body["to_team"] = word.to_team;
    const auto after = say(session, word, "transfer", std::move(body));
    if (!after) return session.exit();
    if (session.wants_json()) return Exit::done;
    if (after->contains("transfer")) {
        const std::string to = word.to_user.empty() ? "somebody of " + word.to_team : word.to_user;
        fmt::print("{} is handed over once {} says so: berth accept {}\n", word.id, to, word.id);
    } else {
        fmt::print("{} is now {}'s\n", word.id, whose(*after));
    }
    return Exit::done;
}

Exit answer(Session& session, const Word& word, const char* what) {
    const auto after = say(session, word, what, {});
    if (!after) return session.exit();
    if (!session.wants_json()) {
        fmt::print("{}\nit is {}'s\n", confirmation(session, *after), whose(*after));
    }
    return Exit::done;
}

Exit check_in(Session& session, const Word& word) {
    const auto after = say(session, word, "check-in", {});
    if (!after) return session.exit();
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    if (!session.wants_json()) {
        fmt::print("{} is kept for you until {}\n", word.id,
                   short_time(time_of(*after, "end"), *grid));
    }
    return Exit::done;
}

using Options = std::shared_ptr<Word>;
using Say = std::function<Exit(Session&, const Word&)>;

Options add_word(CLI::App& app, const Choose& chosen, const char* name, const char* help,
                 const char* example, const Say& how) {
    auto word = std::make_shared<Word>();
    auto* command = app.add_subcommand(name, help);
    command->footer(example);
    command->add_option("id", word->id, "such as r-17")->required();
    command->add_option("--reason", word->reason, "why, for the record");
    command->add_option("--revision", word->revision,
                        "only if it is still at this revision, as show --json has it");
    command->callback([=] { chosen([=](Session& session) { return how(session, *word); }); });
    return word;
}

}  // namespace

void add_holder_commands(CLI::App& app, const Choose& chosen) {
    const auto word =
        add_word(app, chosen, "transfer", "hand a reservation to another person or team",
                 "berth transfer r-1 --to-user bob --reason 'on leave'", transfer);
    auto* command = app.get_subcommand("transfer");
    command->add_option("--to-user", word->to_user, "the person who gets it");
    command->add_option("--to-team", word->to_team, "the team that it is for then");
    add_word(app, chosen, "accept", "say yes to an offered window, or to what is handed to you",
             "berth accept r-1",
             [](Session& session, const Word& one) { return answer(session, one, "accept"); });
    add_word(app, chosen, "decline", "say no to an offered window, or to what is handed to you",
             "berth decline r-1 --reason 'too late'",
             [](Session& session, const Word& one) { return answer(session, one, "decline"); });
    add_word(app, chosen, "check-in", "say that you are there: one without a job is kept for you",
             "berth check-in r-1", check_in);
}

}  // namespace berth::cli
