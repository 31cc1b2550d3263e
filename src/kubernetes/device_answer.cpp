#include "kubernetes/device_answer.hpp"

#include <optional>
#include <set>

#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

constexpr std::string_view file_prefix = "/dev/nvidia";

std::optional<int> number_in(std::string_view text) {
    const auto number = whole_number(text);
    return number && *number >= 0 ? number : std::nullopt;
}

// What is before the letter, which is taken off the text with it.
std::string_view take_until(std::string_view& text, char letter) {
    const auto end = text.find(letter);
    const auto part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

// Empty: they are not all numbers, but names, "all" or "none".
std::set<int> numbers_in(std::string_view list) {
    std::set<int> numbers;
    while (!list.empty()) {
        const auto number = number_in(take_until(list, ','));
        if (!number) return {};
        numbers.insert(*number);
    }
    return numbers;
}

std::set<int> numbers_of_files(std::string_view lines) {
    std::set<int> numbers;
    while (!lines.empty()) {
        const auto file = take_until(lines, '\n');
        if (!file.starts_with(file_prefix)) continue;
        if (const auto number = number_in(file.substr(file_prefix.size()))) {
            numbers.insert(*number);
        }
    }
    return numbers;
}

}  // namespace

std::expected<std::vector<int>, std::string> devices_in(std::string_view answer) {
    const std::string variable(take_until(answer, '\n'));
    std::set<int> devices = numbers_in(variable);
    if (devices.empty()) devices = numbers_of_files(answer);
    if (devices.empty()) {
        return std::unexpected(
            "the container has no /dev/nvidia files, and its NVIDIA_VISIBLE_DEVICES is " +
            (variable.empty() ? std::string("not set") : "\"" + variable + "\""));
    }
    return std::vector<int>(devices.begin(), devices.end());
}

}  // namespace berth
