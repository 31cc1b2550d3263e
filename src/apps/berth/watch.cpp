#include "apps/berth/watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "apps/berth/commands.hpp"
#include "apps/berth/live_events.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds pause_between_tries{300};
// A server may be restarted, or its machine, while a training of hours is followed.
constexpr std::chrono::minutes patience{30};
constexpr int bar_width = 30;

bool is_over(const std::string& state) {
    return state == "completed" || state == "failed" || state == "cancelled" ||
           state == "expired" || state == "evicted";
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

void show_progress(const json::object& progress, Lines& lines) {
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

// Each connection begins with a look at the reservation, once the stream is open, so that nothing
// happens between the two unseen.
class Watch {
public:
    Watch(Session& session, std::string id, Tell tell)
        : session_(session), id_(std::move(id)), tell_(tell) {}

    Exit to_the_end() {
        session_.bear_silence();
        while (!exit_) {
            parser_.start_again();
            looked_ = false;
            Headers headers{{"Accept", "text/event-stream"}};
            if (!parser_.last_id().empty()) headers["Last-Event-ID"] = parser_.last_id();
            const bool reached =
                session_.listen(headers, [this](std::string_view piece) { return take(piece); });
            if (exit_) break;
            if (!reached && !may_try_again()) return session_.exit();
            std::this_thread::sleep_for(pause_between_tries);
        }
        return *exit_;
    }

private:
    bool may_try_again() {
        if (session_.exit() != Exit::unreachable) return false;
        if (std::chrono::steady_clock::now() - answered_ < patience) {
            lines_.live("Berth does not answer; waiting for it");
            return true;
        }
        lines_.whole("Berth does not come back");
        return false;
    }

    // Whether to go on listening.
    bool take(std::string_view piece) {
        answered_ = std::chrono::steady_clock::now();
        if (!looked_ && !look()) return false;
        for (const LiveEvent& event : parser_.feed(piece)) {
            if (!exit_) take(event);
        }
        return !exit_;
    }

    bool look() {
        const auto answer = session_.ask("GET", "/api/v1/reservations/" + url_encoded(id_));
        if (!answer) {
            if (session_.exit() != Exit::unreachable) exit_ = session_.exit();
            return false;
        }
        looked_ = true;
        take_reservation(answer->as_object());
        return !exit_;
    }

    void take(const LiveEvent& event) {
        json::error_code error;
        const auto data = json::parse(event.data, error);
        if (error || !data.is_object()) return;
        const auto& object = data.get_object();
        if (event.name == "progress") {
            if (text_of(object, "reservation") == id_ && tells_progress()) {
                show_progress(object, lines_);
            }
            return;
        }
        const auto* reservation = object.if_contains("reservation");
        if (reservation == nullptr || !reservation->is_object()) return;
        if (text_of(reservation->get_object(), "id") != id_) return;
        take_reservation(reservation->get_object());
    }

    void take_reservation(const json::object& reservation) {
        const auto* progress = reservation.if_contains("progress");
        if (progress != nullptr && progress->is_object() && tells_progress()) {
            show_progress(progress->get_object(), lines_);
        }
        // What was read again from the journal may be older than what was seen.
        const std::uint64_t revision = revision_of(reservation);
        const std::string state = text_of(reservation, "state");
        if (revision < revision_ || state == state_) return;
        revision_ = revision;
        state_ = state;
        const std::string next = text_of(reservation, "continued_by");
        const bool goes_on = state == "evicted" && !next.empty();
        if (tell_ == Tell::everything || (is_over(state) && !goes_on)) say(reservation);
        if (goes_on) return follow(next);
        if (is_over(state)) exit_ = exit_of(reservation);
    }

    [[nodiscard]] Exit exit_of(const json::object& reservation) const {
        if (state_ == "completed") return Exit::done;
        const auto* code = reservation.if_contains("exit_code");
        const bool is_told = tell_ == Tell::the_end && code != nullptr && code->is_int64();
        if (!is_told || code->get_int64() == 0) return Exit::failed;
        return static_cast<Exit>(code->get_int64());
    }

    void say(const json::object& reservation) {
        if (session_.wants_json()) {
            session_.print_json(reservation);
            std::fflush(stdout);
            return;
        }
        const std::string detail = text_of(reservation, "detail");
        lines_.whole(fmt::format("{} is {}{}", id_, state_, detail.empty() ? "" : ": " + detail));
    }

    // The work of an evicted one goes on as another.
    void follow(const std::string& next) {
        if (tell_ == Tell::everything && !session_.wants_json()) {
            lines_.whole(fmt::format("{} goes on with the work of {}", next, id_));
        }
        id_ = next;
        state_.clear();
        revision_ = 0;
        look();
    }

    [[nodiscard]] bool tells_progress() const {
        return tell_ == Tell::everything && !session_.wants_json();
    }

    static std::uint64_t revision_of(const json::object& reservation) {
        const auto* value = reservation.if_contains("revision");
        return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
    }

    Session& session_;
    std::string id_;
    Tell tell_;
    Lines lines_;
    EventParser parser_;
    bool looked_ = false;
    std::string state_;
    std::uint64_t revision_ = 0;
    std::optional<Exit> exit_;
    std::chrono::steady_clock::time_point answered_ = std::chrono::steady_clock::now();
};

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

Exit watch_to_the_end(Session& session, const std::string& id, Tell tell) {
    return Watch(session, id, tell).to_the_end();
}

void add_watch(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("watch", "follow a reservation to its end");
    command->footer("berth watch r-1 && echo trained");
    auto id = std::make_shared<std::string>();
    command->add_option("id", *id, "such as r-17")->required();
    command->callback(
        [=] { chosen([=](Session& session) { return watch_to_the_end(session, *id); }); });
}

void add_wait(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand(
        "wait",
        "wait until a reservation has ended; 0 only when its work completed, else the job's own "
        "exit code, or 1 where it has none");
    command->footer("berth wait r-1 && ./release.sh");
    auto id = std::make_shared<std::string>();
    command->add_option("id", *id, "such as r-17 or q-3")->required();
    command->callback([=] {
        chosen([=](Session& session) { return watch_to_the_end(session, *id, Tell::the_end); });
    });
}

}  // namespace berth::cli
