#include "apps/berth/session.hpp"

#include <fmt/format.h>

#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

Exit exit_for(long status, const std::string& code) {
    if (code == "conflict") return Exit::conflict;
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
    if (value->is_string()) return std::string(value->get_string());
    return json::serialize(*value);
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

Session::Session(const std::string& url, const std::string& user, Output output)
    : client_(url, user), output_(output) {}

Exit Session::fail(Exit code, const std::string& why) {
    fmt::print(stderr, "berth: {}\n", why);
    exit_ = code;
    return code;
}

std::optional<HttpAnswer> Session::ask_raw(const std::string& method, const std::string& path,
                                           const std::optional<json::value>& body) {
    auto answer = client_.send(method, path, body);
    if (!answer) {
        fail(Exit::unreachable, answer.error());
        return std::nullopt;
    }
    if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
    explain(*answer);
    return std::nullopt;
}

std::optional<json::value> Session::ask(const std::string& method, const std::string& path,
                                        const std::optional<json::value>& body) {
    const auto answer = ask_raw(method, path, body);
    if (!answer) return std::nullopt;
    json::error_code error;
    auto value = json::parse(answer->body, error);
    if (error) {
        fail(Exit::unreachable, client_.url() + " answers, but not as Berth does");
        return std::nullopt;
    }
    return value;
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
    const auto& first = suggestions.front().as_object();
    fmt::print("take the first with:\n  berth reserve --gpu-ids {} --start {} --end {}\n",
               fmt::join(list_of(first, "gpus"), ","), text_of(first, "start"),
               text_of(first, "end"));
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

std::optional<Instant> Session::now() {
    const auto* site = fleet();
    if (site == nullptr) return std::nullopt;
    return time_of(*site, "now");
}

std::optional<TypedTime> Session::time(const std::string& typed) {
    const SlotGrid* site = grid();
    const auto server_now = now();
    if (site == nullptr || !server_now) return std::nullopt;
    auto parsed = parse_time(typed, *site, *server_now);
    if (!parsed) {
        fail(Exit::usage, parsed.error());
        return std::nullopt;
    }
    return *parsed;
}

void Session::print_json(const json::value& value) const {
    fmt::print("{}\n", json::serialize(value));
}

}  // namespace berth::cli
