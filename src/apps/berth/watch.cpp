#include "apps/berth/watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "apps/berth/commands.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds look_every{300};
// A server may be restarted, or its machine, while a training of hours is followed.
constexpr std::chrono::minutes patience{30};
constexpr int bar_width = 30;

bool is_over(const std::string& state) {
    return state == "completed" || state == "failed" || state == "cancelled" || state == "expired";
}

// Writes over the last line on a terminal; writes only what is new elsewhere.
class Lines {
public:
    void live(const std::string& line) {
        if (line == last_) return;
        last_ = line;
        if (terminal_) {
            fmt::print("\r\x1b[K{}", line);
            open_ = true;
        } else {
            fmt::print("{}\n", line);
        }
        std::fflush(stdout);
    }
    void whole(const std::string& line) {
        if (open_) fmt::print("\n");
        open_ = false;
        fmt::print("{}\n", line);
        std::fflush(stdout);
    }

private:
    bool terminal_ = ::isatty(STDOUT_FILENO) != 0;
    bool open_ = false;
    std::string last_;
};

void show_progress(const json::object& reservation, Lines& lines) {
    const auto* found = reservation.if_contains("progress");
    if (found == nullptr || !found->is_object()) return;
    const auto& progress = found->get_object();
    const auto number = [&](const char* field) {
        const auto* value = progress.if_contains(field);
        return value != nullptr && value->is_number() ? value->to_number<double>() : 0.0;
    };
    const int epochs = static_cast<int>(number("epochs"));
    // The trainer says "start" before its first epoch is done.
    const bool begun = text_of(progress, "event") != "start";
    if (epochs > 0 && begun) {
        lines.live(progress_bar(static_cast<int>(number("epoch")), epochs, number("eta_seconds")));
    }
}

}  // namespace

std::string progress_bar(int done, int total, double eta_seconds) {
    const long filled =
        total > 0 ? std::clamp(long{bar_width} * done / total, 0L, long{bar_width}) : 0L;
    std::string bar(static_cast<std::size_t>(filled), '#');
    bar.resize(bar_width, ' ');
    std::string text = fmt::format("[{}] epoch {}/{}", bar, done, total);
    if (done < total && eta_seconds > 0) text += "  ETA " + duration_text(eta_seconds);
    return text;
}

Exit watch_to_the_end(Session& session, const std::string& id) {
    Lines lines;
    std::string state;
    auto answered = std::chrono::steady_clock::now();
    session.bear_silence();
    while (true) {
        const auto answer = session.ask("GET", "/api/v1/reservations/" + url_encoded(id));
        const auto now = std::chrono::steady_clock::now();
        if (!answer && session.exit() == Exit::unreachable && now - answered < patience) {
            lines.live("Berth does not answer; waiting for it");
            continue;  // each try takes some seconds
        }
        if (!answer) {
            if (session.exit() == Exit::unreachable) lines.whole("Berth does not come back");
            return session.exit();
        }
        answered = now;
        const auto& reservation = answer->as_object();
        if (!session.wants_json()) show_progress(reservation, lines);
        if (const std::string state_now = text_of(reservation, "state"); state_now != state) {
            state = state_now;
            const std::string detail = text_of(reservation, "detail");
            if (session.wants_json()) {
                session.print_json(*answer);
            } else {
                lines.whole(
                    fmt::format("{} is {}{}", id, state, detail.empty() ? "" : ": " + detail));
            }
        }
        if (is_over(state)) return state == "completed" ? Exit::done : Exit::failed;
        std::this_thread::sleep_for(look_every);
    }
}

void add_watch(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("watch", "follow a reservation to its end");
    auto id = std::make_shared<std::string>();
    command->add_option("id", *id, "such as r-17")->required();
    command->callback(
        [=] { chosen([=](Session& session) { return watch_to_the_end(session, *id); }); });
}

}  // namespace berth::cli
