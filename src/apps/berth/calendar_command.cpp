// calendar: who holds which GPU when, as the server has it or as a journal file had it.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "apps/berth/commands.hpp"
#include "apps/berth/offline_journal.hpp"
#include "apps/berth/replay.hpp"
#include "apps/berth/timeline.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::days shown{7};

struct CalendarOptions {
    std::string from;
    std::string to;
    GpuChoice choice;
    std::string at;
    OfflineOptions offline;
};

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): there is one thread
    return value == nullptr ? "" : value;
}

int terminal_width() {
    constexpr int otherwise = 100;
    int width = 0;
    const std::string said = environment("COLUMNS");
    std::from_chars(said.data(), said.data() + said.size(), width);
    winsize size{};
    if (width <= 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) width = size.ws_col;
    return width > 0 ? width : otherwise;
}

// A window that was typed, from the midnight before where nothing was.
std::expected<Span, std::string> window_of(const CalendarOptions& options, const SlotGrid& grid,
                                           Instant now) {
    const auto from = parse_day_or_time(options.from.empty() ? "today" : options.from, grid, now);
    if (!from) return std::unexpected(from.error());
    Span window{from->at.value_or(now), {}};
    window.to = window.from + shown;
    if (!options.to.empty()) {
        const bool counted = options.to.starts_with('+');
        const auto to = parse_day_or_time(options.to, grid, counted ? window.from : now);
        if (!to) return std::unexpected(to.error());
        window.to = to->at.value_or(now);
    }
    if (window.empty()) return std::unexpected("--to must be later than --from");
    return window;
}

Exit print(Session& session, const CalendarOptions& options, const json::object& calendar,
           const SlotGrid& grid) {
    if (const auto unknown = unknown_choice(calendar, options.choice); !unknown.empty()) {
        return session.fail(Exit::not_found, fmt::format("there is no \"{}\"", unknown));
    }
    if (session.wants_json()) {
        session.print_json(calendar);
        return Exit::done;
    }
    const bool colours = ::isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").empty();
    fmt::print("{}", draw_timeline(timetable_of(calendar, options.choice), grid,
                                   {.width = terminal_width(),
                                    .colours = colours ? Colours::yes : Colours::no}));
    return Exit::done;
}

Exit from_server(Session& session, const CalendarOptions& options) {
    if (!options.at.empty()) {
        return session.fail(Exit::usage, "--at goes with --journal: the server knows the present");
    }
    const SlotGrid* grid = session.grid();
    const auto now = session.now();
    if (grid == nullptr || !now) return session.exit();
    const auto window = window_of(options, *grid, *now);
    if (!window) return session.fail(Exit::usage, window.error());
    const auto answer = session.ask(
        "GET", fmt::format("/api/v1/calendar?from={}&to={}", url_encoded(to_rfc3339(window->from)),
                           url_encoded(to_rfc3339(window->to))));
    if (!answer) return session.exit();
    return print(session, options, answer->as_object(), *grid);
}

// A number is a row, anything else a time.
std::optional<ReplayLimit> limit_of(Session& session, const std::string& at, const SlotGrid& grid) {
    ReplayLimit limit;
    if (at.empty()) return limit;
    std::uint64_t sequence = 0;
    const char* last = at.data() + at.size();
    if (const auto [end, error] = std::from_chars(at.data(), last, sequence);
        error == std::errc{} && end == last) {
        limit.sequence = sequence;
        return limit;
    }
    const Instant now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    const auto time = parse_time(at, grid, now);
    if (time) {
        limit.time = time->at.value_or(now);
        return limit;
    }
    session.fail(Exit::usage, time.error());
    return std::nullopt;
}

Exit from_journal(Session& session, const CalendarOptions& options) {
    const auto grid = offline_grid(session, options.offline);
    if (!grid) return session.exit();
    const auto limit = limit_of(session, options.at, *grid);
    if (!limit) return session.exit();
    const auto state = replay(session, options.offline.journal, *grid, *limit);
    if (!state) return session.exit();
    const Instant now = limit->time.value_or(state->last_time);
    const auto window = window_of(options, *grid, now);
    if (!window) return session.fail(Exit::usage, window.error());
    if (!session.wants_json()) {
        fmt::print("as of row {}, {}\n", state->last_sequence, short_time(now, *grid));
    }
    return print(session, options, calendar_object(*state, now, *window), *grid);
}

}  // namespace

void add_calendar(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("calendar", "who holds which GPU when, drawn in letters");
    command->footer("berth calendar --from today --to +3d --node node1");
    auto options = std::make_shared<CalendarOptions>();
    command->add_option("--from", options->from, "from this day or time on (today)");
    command->add_option("--to", options->to, "up to this day or time (a week later)");
    command->add_option("--gpu", options->choice.gpus, "only these: node1/0,node1/1")
        ->delimiter(',');
    command->add_option("--node", options->choice.nodes, "only these: node1,node2")->delimiter(',');
    add_offline_options(*command, options->offline);
    command->add_option("--at", options->at, "with --journal: as it stood at this row or time");
    command->callback([=] {
        chosen([=](Session& session) {
            return options->offline.journal.empty() ? from_server(session, *options)
                                                    : from_journal(session, *options);
        });
    });
}

}  // namespace berth::cli
