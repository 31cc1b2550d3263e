#include "apps/berth/workload_arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::array text_fields{"model", "data", "name"};
constexpr std::array whole_fields{"epochs", "imgsz", "batch", "workers"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, const std::string& name) {
    return std::ranges::any_of(names, [&](const char* known) { return name == known; });
}

json::value typed(const std::string& text) {
    if (text == "True" || text == "true") return true;
    if (text == "False" || text == "false") return false;
    if (text == "None") return nullptr;
    long whole = 0;
    const char* end = text.data() + text.size();
    if (auto [at, error] = std::from_chars(text.data(), end, whole);
        error == std::errc{} && at == end) {
        return whole;
    }
    double number = 0;
    if (auto [at, error] = std::from_chars(text.data(), end, number);
        error == std::errc{} && at == end && std::isfinite(number)) {  // JSON has no inf, no nan
        return number;
    }
    return json::value(text);
}

// The job runs elsewhere: a file that is here is named by its whole path.
std::string absolute_if_here(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error) ? std::filesystem::absolute(path).string() : path;
}

}  // namespace

std::expected<json::object, std::string> yolo_workload(const std::vector<std::string>& arguments) {
    json::object workload{{"kind", "yolo"}};
    json::object others;
    for (const auto& argument : arguments) {
        const auto equals = argument.find('=');
        if (equals == std::string::npos || equals == 0) {
            return std::unexpected("after --, write Ultralytics' own key=value arguments; \"" +
                                   argument + "\" is none");
        }
        const std::string key = argument.substr(0, equals);
        const std::string text = argument.substr(equals + 1);
        if (key == "device") {
            return std::unexpected("leave out device=: the job gets the GPUs that are reserved");
        }
        if (is_one_of(text_fields, key)) {
            workload[key] = key == "name" ? text : absolute_if_here(text);
        } else if (is_one_of(whole_fields, key)) {
            json::value number = typed(text);
            if (!number.is_int64()) return std::unexpected(key + " must be a whole number");
            workload[key] = std::move(number);
        } else {
            others[key] = typed(text);
        }
    }
    for (const char* needed : {"model", "data"}) {
        const auto* value = workload.if_contains(needed);
        if (value == nullptr || value->get_string().empty()) {
            return std::unexpected(std::string("a training needs ") + needed + "=…");
        }
    }
    if (!others.empty()) workload["args"] = std::move(others);
    return workload;
}

json::object command_workload(const std::vector<std::string>& command) {
    json::array argv;
    for (const auto& word : command) argv.emplace_back(word);
    return {{"kind", "command"},
            {"argv", std::move(argv)},
            {"workdir", std::filesystem::current_path().string()}};
}

}  // namespace berth::cli
