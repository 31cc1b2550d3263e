#include "apps/berth/command_tree.hpp"

#include <algorithm>
#include <sstream>

namespace berth::cli {

std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
}

std::vector<const CLI::Option*> named_options(const CLI::App& command) {
    return command.get_options(
        [](const CLI::Option* one) { return one->nonpositional() && !one->get_group().empty(); });
}

std::vector<const CLI::Option*> positionals(const CLI::App& command) {
    return command.get_options([](const CLI::Option* one) { return one->get_positional(); });
}

std::vector<std::string> spellings(const CLI::Option& option) {
    std::vector<std::string> all;
    for (const auto& name : option.get_lnames()) all.push_back("--" + name);
    for (const auto& name : option.get_snames()) all.push_back("-" + name);
    return all;
}

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() > 0;
}

std::vector<std::string> choices(const CLI::Option& option) {
    // CLI::IsMember says them in its description: TEXT:{P0,P1}.
    const std::string type = option.get_type_name();
    const auto open = type.find('{');
    const auto close = type.find('}');
    std::vector<std::string> all;
    if (open == std::string::npos || close == std::string::npos) return all;
    std::istringstream list(type.substr(open + 1, close - open - 1));
    for (std::string choice; std::getline(list, choice, ',');) all.push_back(choice);
    return all;
}

std::string full_name(const CLI::App& command) {
    const auto* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

const CLI::Option* find_option(const CLI::App& command, const std::string& spelling) {
    for (const auto* place = &command; place != nullptr; place = place->get_parent()) {
        for (const auto* option : place->get_options()) {
            const auto names = spellings(*option);
            if (std::ranges::find(names, spelling) != names.end()) return option;
        }
    }
    return nullptr;
}

namespace {

const CLI::App* subcommand(const CLI::App& command, const std::string& word) {
    for (const auto* one : command.get_subcommands(nullptr)) {
        if (one->get_name() == word) return one;
    }
    return nullptr;
}

bool is_option(const std::string& word) {
    return word.size() > 1 && word.front() == '-' &&
           std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

}  // namespace

Place follow(const CLI::App& app, const std::vector<std::string>& words) {
    Place place{.command = &app};
    for (const auto& word : words) {
        if (place.after_dashes) continue;
        if (place.awaits != nullptr && word != "--") {
            place.awaits = nullptr;
        } else if (word == "--") {
            place.after_dashes = true;
            place.awaits = nullptr;
        } else if (is_option(word)) {
            const auto equals = word.find('=');
            const auto* option = find_option(*place.command, word.substr(0, equals));
            if (option == nullptr) {
                place.unknown.push_back(word.substr(0, equals));
            } else if (equals == std::string::npos && takes_value(*option)) {
                place.awaits = option;
            }
        } else if (const auto* inner = subcommand(*place.command, word);
                   inner != nullptr && place.positionals == 0) {
            place.command = inner;
        } else {
            ++place.positionals;
        }
    }
    return place;
}

}  // namespace berth::cli
