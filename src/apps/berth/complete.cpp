#include "apps/berth/complete.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "apps/berth/command_tree.hpp"

namespace berth::cli {

namespace {

// Values of options and positionals by their names, so that a new command with an "id" has it too.
std::optional<Known> known_values(const std::string& name) {
    static const std::map<std::string, Known> values{
        {"id", Known::reservations}, {"--reservation", Known::reservations},
        {"--gpu", Known::gpus},      {"--gpu-ids", Known::gpus},
        {"gpus", Known::gpus},       {"--node", Known::nodes},
    };
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Completion> values_of(const CLI::Option& option, const std::string& name,
                                  const Ask& ask) {
    std::vector<Completion> values;
    for (auto& choice : choices(option)) values.push_back({std::move(choice), ""});
    if (const auto known = known_values(name); values.empty() && known) return ask(*known);
    return values;
}

std::vector<Completion> values_of(const CLI::Option& option, const Ask& ask) {
    const auto names = spellings(option);
    return values_of(option, names.empty() ? "" : names.front(), ask);
}

std::vector<Completion> options_of(const CLI::App& command) {
    std::vector<Completion> all;
    for (const auto* place = &command; place != nullptr; place = place->get_parent()) {
        for (const auto* option : named_options(*place)) {
            for (auto& name : spellings(*option)) {
                const bool taken = std::ranges::any_of(
                    all, [&](const Completion& other) { return other.word == name; });
                if (!taken) all.push_back({std::move(name), option->get_description()});
            }
        }
    }
    return all;
}

std::vector<Completion> next_words(const Place& place, const Ask& ask) {
    std::vector<Completion> all;
    if (place.positionals == 0) {
        for (const auto* one : visible_commands(*place.command)) {
            all.push_back({one->get_name(), one->get_description()});
        }
    }
    const auto expected = positionals(*place.command);
    if (place.positionals < expected.size()) {
        const auto& option = *expected[place.positionals];
        for (auto& value : values_of(option, option.get_name(true), ask)) {
            all.push_back(std::move(value));
        }
    }
    return all;
}

// "--gpu-ids node1/0,no": what comes after the last comma is completed.
void keep_before_comma(std::vector<Completion>& all, const std::string& current) {
    const auto comma = current.rfind(',');
    if (comma == std::string::npos) return;
    for (auto& one : all) one.word.insert(0, current.substr(0, comma + 1));
}

}  // namespace

std::vector<Completion> complete(const CLI::App& app, const std::vector<std::string>& words,
                                 const Ask& ask) {
    if (words.empty()) return complete(app, {""}, ask);
    const std::string& current = words.back();
    const Place place = follow(app, {words.begin(), words.end() - 1});
    if (place.after_dashes) return {};
    std::vector<Completion> all;
    const auto equals = current.find('=');
    if (place.awaits != nullptr) {
        all = values_of(*place.awaits, ask);
        keep_before_comma(all, current);
    } else if (current.starts_with("--") && equals != std::string::npos) {
        const auto* option = find_option(*place.command, current.substr(0, equals));
        if (option != nullptr) all = values_of(*option, ask);
        for (auto& one : all) one.word.insert(0, current.substr(0, equals + 1));
    } else if (current.starts_with('-')) {
        all = options_of(*place.command);
    } else {
        all = next_words(place, ask);
    }
    std::erase_if(all, [&](const Completion& one) { return !one.word.starts_with(current); });
    return all;
}

std::vector<std::string> words_of_line(const std::string& line) {
    std::vector<std::string> words{""};
    char quote = 0;
    bool escaped = false;
    for (const char c : line) {
        if (escaped) {
            words.back() += c;
            escaped = false;
        } else if (c == '\\' && quote != '\'') {
            escaped = true;
        } else if (quote != 0 && c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (quote == 0 && std::isspace(static_cast<unsigned char>(c)) != 0) {
            if (!words.back().empty()) words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    return words;
}

}  // namespace berth::cli
