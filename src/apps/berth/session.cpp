#include "apps/berth/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

// The options that say where and when, each with a value; --align has none.
const std::set<std::string> placing{"--gpus",  "--gpu-ids",     "--model",        "--min-memory",
                                    "--label", "--spread",      "--start",        "--end",
                                    "--hours", "--on-conflict", "--latest-start", "--plan"};

}  // namespace

std::string shell_quoted(const std::string& word) {
    const bool plain =
        !word.empty() &&
        word.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%") ==
            std::string::npos;
    if (plain) return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string command_for(const std::vector<std::string>& typed, const json::object& suggestion) {
    std::string command = "berth";
    std::string rest;
    bool after_dashes = false;
    bool by_name = false;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const std::string& word = typed[i];
        after_dashes = after_dashes || word == "--";
        if (after_dashes) {
            rest += " " + shell_quoted(word);
            continue;
        }
        const std::string name = word.substr(0, word.find('='));
        if (word == "--align" || word == "--offer" || word == "--yes") continue;
        if (placing.contains(name)) {
            by_name = by_name || name == "--gpu-ids";
            if (name == word) ++i;
            // --gpu-ids takes several words.
            while (name == "--gpu-ids" && i + 1 < typed.size() && !typed[i + 1].starts_with('-')) {
                ++i;
            }
            continue;
        }
        command += " " + shell_quoted(word);
    }
    const auto gpus = list_of(suggestion, "gpus");
    // Who asked for a number is given these first, and stays free to be moved to equal ones.
    const std::string number = by_name ? "" : fmt::format(" --gpus {}", gpus.size());
    return fmt::format("{}{} --gpu-ids {} --start {} --end {}{}", command, number,
                       fmt::join(gpus, ","), text_of(suggestion, "start"),
                       text_of(suggestion, "end"), rest);
}

namespace {

// Something else stands in the way, perhaps only for now.
const std::set<std::string> conflicts{"conflict", "plan_stale", "nothing_to_evict", "still_booked"};
// The site's rules say no.
const std::set<std::string> rules{"off_grid",
                                  "beyond_horizon",
                                  "quota_exceeded",
                                  "priority_not_allowed",
                                  "must_be_preemptible",
                                  "plan_required",
                                  "too_long_for_queue"};

}  // namespace

Exit exit_for(long status, const std::string& code) {
    // 412: somebody else was quicker.
    if (conflicts.contains(code) || status == 412) return Exit::conflict;
    if (rules.contains(code)) return Exit::refused;
    switch (status) {
        case 401:
        case 403:
            return Exit::not_allowed;
        case 404:
            return Exit::not_found;
        case 400:
        case 422:
            return Exit::usage;
        default:
            return Exit::refused;
    }
}

std::string text_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    if (value == nullptr || value->is_null()) return "";
    if (!value->is_string()) return json::serialize(*value);
    // What others typed must not steer this terminal.
    std::string text(value->get_string());
    std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

Instant time_of(const json::object& object, const char* field) {
    return parse_rfc3339(text_of(object, field)).value_or(Instant{});
}

std::vector<std::string> list_of(const json::object& object, const char* field) {
    std::vector<std::string> list;
    if (const auto* value = object.if_contains(field); value != nullptr && value->is_array()) {
        for (const auto& item : value->get_array()) {
            if (item.is_string()) list.emplace_back(item.get_string());
        }
    }
    return list;
}

Session::Session(const std::string& url, const std::string& user, Output output,
                 std::vector<std::string> typed, Patience patience)
    : client_(url, user, patience), output_(output), typed_(std::move(typed)) {}

Exit Session::fail(Exit code, const std::string& why) {
    exit_ = code;
    if (bears_silence_ && code == Exit::unreachable) return code;
    if (wants_json()) {
        fmt::print(stderr, "{}\n", json::serialize(json::object{{"detail", why}}));
    } else {
        fmt::print(stderr, "berth: {}\n", why);
    }
    return code;
}

std::optional<HttpAnswer> Session::send(const std::string& method, const std::string& path,
                                        const std::optional<json::value>& body,
                                        const Headers& headers) {
    auto answer = client_.send(method, path, body, headers);
    if (answer) return std::move(*answer);
    fail(Exit::unreachable, answer.error());
    return std::nullopt;
}

std::optional<HttpAnswer> Session::ask_raw(const std::string& method, const std::string& path,
                                           const std::optional<json::value>& body,
                                           const Headers& headers) {
    auto answer = send(method, path, body, headers);
    if (!answer || (answer->status >= 200 && answer->status < 300)) return answer;
    explain(*answer);
    return std::nullopt;
}

std::optional<json::value> Session::ask(const std::string& method, const std::string& path,
                                        const std::optional<json::value>& body) {
    const auto answer = ask_raw(method, path, body);
    return answer ? document_of(*answer) : std::nullopt;
}

std::optional<json::value> Session::document_of(const HttpAnswer& answer) {
    json::error_code error;
    auto value = json::parse(answer.body, error);
    if (!error) return value;
    fail(Exit::unreachable, client_.url() + " answers, but not as Berth does");
    return std::nullopt;
}

bool Session::listen(const Headers& headers, const std::function<bool(std::string_view)>& take) {
    const auto answer = client_.listen("/api/v1/events", headers, take);
    if (!answer) {
        fail(Exit::unreachable, answer.error());
        return false;
    }
    if (answer->status == 200) return true;
    explain(*answer);
    return false;
}

void Session::explain(const HttpAnswer& answer) {
    json::error_code error;
    const auto value = json::parse(answer.body, error);
    if (error || !value.is_object()) {
        fail(exit_for(answer.status, ""), fmt::format("the server answered {}", answer.status));
        return;
    }
    const auto& problem = value.get_object();
    exit_ = exit_for(answer.status, text_of(problem, "code"));
    if (wants_json()) return print_json(value);
    fmt::print(stderr, "berth: {}\n", text_of(problem, "detail"));
    const auto* suggestions = problem.if_contains("suggestions");
    if (suggestions != nullptr && suggestions->is_array() && !suggestions->get_array().empty()) {
        const Exit kept = exit_;
        print_suggestions(suggestions->get_array());
        exit_ = kept;
    }
}

void Session::print_suggestions(const json::array& suggestions) {
    const SlotGrid* site = grid();
    if (site == nullptr) return;
    std::vector<std::vector<std::string>> rows;
    int number = 0;
    for (const auto& item : suggestions) {
        const auto& window = item.as_object();
        rows.push_back({fmt::format("{}.", ++number),
                        window_text(time_of(window, "start"), time_of(window, "end"), *site),
                        compact_gpus(list_of(window, "gpus")), text_of(window, "why")});
    }
    fmt::print("these windows are free:\n{}", format_table(rows));
    fmt::print("take one with:\n");
    for (const auto& item : suggestions) {
        const auto& window = item.as_object();
        fmt::print("  {}\n",
                   suggested_command_ ? suggested_command_(window) : command_for(typed_, window));
    }
}

const json::object* Session::fleet() {
    if (!fleet_) fleet_ = ask("GET", "/api/v1/fleet");
    return fleet_ ? fleet_->if_object() : nullptr;
}

const SlotGrid* Session::grid() {
    if (grid_) return &*grid_;
    const auto* site = fleet();
    if (site == nullptr) return nullptr;
    const auto minutes = site->at("slot_minutes").to_number<int>();
    auto grid = SlotGrid::make(text_of(*site, "zone"), std::chrono::minutes(minutes));
    if (!grid) {
        fail(Exit::unreachable, grid.error());
        return nullptr;
    }
    grid_ = std::move(*grid);
    return &*grid_;
}

std::optional<bool> Session::runs_in_containers() {
    const auto* site = fleet();
    if (site == nullptr) return std::nullopt;
    return text_of(*site, "runs_on") == "kubernetes";
}

std::optional<Instant> Session::now() {
    const auto* site = fleet();
    if (site == nullptr) return std::nullopt;
    return time_of(*site, "now");
}

std::optional<TypedTime> Session::time(const std::string& typed, std::optional<Instant> from) {
    const SlotGrid* site = grid();
    const auto server_now = now();
    if (site == nullptr || !server_now) return std::nullopt;
    auto parsed = parse_time(typed, *site, from.value_or(*server_now));
    if (!parsed) {
        fail(Exit::usage, parsed.error());
        return std::nullopt;
    }
    return *parsed;
}

std::optional<std::string> Session::day_or_time(const std::string& typed) {
    if (typed.empty()) return "";
    const SlotGrid* site = grid();
    const auto server_now = now();
    if (site == nullptr || !server_now) return std::nullopt;
    const auto parsed = parse_day_or_time(typed, *site, *server_now);
    if (parsed) return to_rfc3339(parsed->at.value_or(*server_now));
    fail(Exit::usage, parsed.error());
    return std::nullopt;
}

std::optional<Duration> Session::length(const std::string& typed) {
    const auto parsed = parse_length(typed);
    if (parsed) return *parsed;
    fail(Exit::usage, parsed.error());
    return std::nullopt;
}

void Session::print_json(const json::value& value) const {
    fmt::print("{}\n", json::serialize(value));
}

}  // namespace berth::cli
