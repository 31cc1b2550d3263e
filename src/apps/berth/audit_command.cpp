// audit: who did what, when and why, from the server or from a journal file; audit verify: whether
// a journal file is what was written.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "apps/berth/audit_rows.hpp"
#include "apps/berth/commands.hpp"
#include "apps/berth/offline_journal.hpp"
#include "journal/verify.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::uint64_t page_size = 500;

struct AuditOptions {
    std::string from;
    std::string to;
    std::string actor;
    std::string team;
    std::string reservation;
    std::uint64_t limit = 0;  // 0: all
    bool csv = false;
    OfflineOptions offline;
};

AuditForm form_of(const Session& session, const AuditOptions& options) {
    if (options.csv) return AuditForm::csv;
    return session.wants_json() ? AuditForm::json : AuditForm::people;
}

std::string next_of(const json::object& page) {
    return text_of(page, "next");
}

Exit audit_from_server(Session& session, const AuditOptions& options) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto from = session.day_or_time(options.from);
    const auto to = from ? session.day_or_time(options.to) : std::nullopt;
    if (!to) return session.exit();
    std::string wanted;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) wanted += fmt::format("&{}={}", name, url_encoded(value));
    };
    add("from", *from);
    add("to", *to);
    add("actor", options.actor);
    add("team", options.team);
    add("reservation", options.reservation);
    AuditPrinter printer(form_of(session, options), *grid);
    std::uint64_t left = options.limit > 0 ? options.limit : UINT64_MAX;
    std::string cursor;
    do {
        const std::string after = cursor.empty() ? "" : "&cursor=" + url_encoded(cursor);
        const auto page = session.ask("GET", fmt::format("/api/v1/audit?limit={}{}{}",
                                                         std::min(left, page_size), wanted, after));
        if (!page) return session.exit();
        for (const auto& item : page->at("items").as_array()) {
            fmt::print("{}", printer.row(item.as_object()));
            --left;
        }
        cursor = next_of(page->as_object());
    } while (!cursor.empty() && left > 0);
    fmt::print("{}", printer.end());
    return Exit::done;
}

// Nothing: said already.
std::optional<AuditQuery> query_of(Session& session, const AuditOptions& options,
                                   const SlotGrid& grid) {
    AuditQuery query;
    const Instant now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    for (const auto& [typed, field] :
         {std::pair{&options.from, &query.from}, std::pair{&options.to, &query.to}}) {
        if (typed->empty()) continue;
        const auto time = parse_day_or_time(*typed, grid, now);
        if (!time) {
            session.fail(Exit::usage, time.error());
            return std::nullopt;
        }
        *field = time->at.value_or(now);
    }
    if (!options.actor.empty()) query.actor = options.actor;
    if (!options.team.empty()) query.team = options.team;
    if (options.reservation.empty()) return query;
    const auto id = ReservationId::parse(options.reservation);
    if (!id) {
        session.fail(Exit::usage, id.error());
        return std::nullopt;
    }
    query.reservation = *id;
    return query;
}

Exit audit_from_file(Session& session, const AuditOptions& options) {
    const auto grid = offline_grid(session, options.offline);
    const auto query = grid ? query_of(session, options, *grid) : std::nullopt;
    if (!query) return session.exit();
    AuditFilter filter(*query);
    AuditPrinter printer(form_of(session, options), *grid);
    std::uint64_t left = options.limit > 0 ? options.limit : UINT64_MAX;
    const Exit exit = read_rows(session, options.offline.journal, [&](const JournalRow& row) {
        if (!filter.takes(row) || left == 0) return;
        fmt::print("{}", printer.row(audit_object(row)));
        --left;
    });
    if (exit != Exit::not_found) fmt::print("{}", printer.end());
    return exit;
}

json::object report_object(const VerifyReport& report) {
    json::object object{{"rows", report.rows},
                        {"last", {{"sequence", report.head.sequence}, {"hash", report.head.hash}}},
                        {"intact", !report.fault},
                        {"fault", nullptr}};
    if (report.fault) {
        object["fault"] = {{"sequence", report.fault->sequence}, {"detail", report.fault->message}};
    }
    return object;
}

Exit verify(Session& session, const std::string& path) {
    if (!std::filesystem::exists(path)) {
        return session.fail(Exit::not_found, "there is no journal " + path);
    }
    const auto report = verify_journal(path);
    if (!report) return session.fail(Exit::failed, report.error());
    if (session.wants_json()) {
        session.print_json(report_object(*report));
        return report->fault ? Exit::failed : Exit::done;
    }
    if (report->fault) {
        return session.fail(Exit::failed,
                            fmt::format("{} is not what was written: {}; the {} rows before are as "
                                        "they were",
                                        path, report->fault->message, report->rows));
    }
    fmt::print(
        "{}: {} rows, each as it was written and each after the one before it\n"
        "the last is row {}, its hash {}\n"
        "This shows partial edits only: whoever can rewrite the whole file can hash it again. Keep "
        "the last hash elsewhere, and compare.\n",
        path, report->rows, report->head.sequence, report->head.hash);
    return Exit::done;
}

}  // namespace

void add_audit(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("audit", "who did what, when and why");
    command->footer("berth audit --from yesterday --actor alice --csv");
    auto options = std::make_shared<AuditOptions>();
    command->add_option("--from", options->from, "only what happened at or after this time");
    command->add_option("--to", options->to, "only what happened before this time");
    command->add_option("--actor", options->actor, "only what this person did");
    command->add_option("--team", options->team, "only what is about this team's reservations");
    command->add_option("--reservation", options->reservation, "only about this one: r-17");
    command->add_option("--limit", options->limit, "at most so many rows");
    command->add_flag("--csv", options->csv, "comma-separated, for a spreadsheet");
    add_offline_options(*command, options->offline);
    auto* verifying = command->add_subcommand(
        "verify", "whether a journal file is what was written; it shows partial edits");
    verifying->footer("berth audit verify var/journal.sqlite");
    auto path = std::make_shared<std::string>();
    verifying->add_option("file", *path, "the journal file")->required();
    verifying->callback([=] { chosen([=](Session& session) { return verify(session, *path); }); });
    command->callback([=] {
        if (verifying->parsed()) return;
        chosen([=](Session& session) {
            return options->offline.journal.empty() ? audit_from_server(session, *options)
                                                    : audit_from_file(session, *options);
        });
    });
}

}  // namespace berth::cli
